import type { Cancel, Payment } from "../payments/payment.ts";

/**
 * The Settlement object of API version 2022-11-16. Amounts are whole KRW; times are Asia/Seoul with their offset, dates
 * are Asia/Seoul's. On the row of a cancel `amount`, the fees, `supplyAmount`, `vat` and `payOutAmount` are below zero,
 * while `cancel.cancelAmount` and `card.amount` are not, and `approvedAt` is the approval's (as in published rows).
 */
export interface Settlement
  extends Pick<
    Payment,
    | "mId"
    | "paymentKey"
    | "orderId"
    | "currency"
    | "method"
    | "card"
    | "easyPay"
    | "transfer"
    | "virtualAccount"
  > {
  /** The approval's, or that cancel's. */
  readonly transactionKey: string;
  readonly amount: number;
  readonly interestFee: number;
  readonly fees: readonly { readonly type: FeeType; readonly fee: number }[];
  /** Of older versions, and still there: the sum of `fees`. */
  readonly fee: number;
  /** The fee without its VAT, and its VAT. */
  readonly supplyAmount: number;
  readonly vat: number;
  readonly payOutAmount: number;
  readonly approvedAt: string;
  readonly soldDate: string;
  readonly paidOutDate: string;
  readonly giftCertificate: null;
  readonly mobilePhone: null;
  readonly cancel: Cancel | null;
  /** In no documentation: a client has to bear unknown fields. */
  readonly fieldOfALaterVersion: { readonly note: string };
}

export type FeeType = "BASE" | "INSTALLMENT_DISCOUNT" | "INSTALLMENT" | "POINT_SAVING" | "ETC";
