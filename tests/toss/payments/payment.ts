import type { TossErrorCode } from "../errors/status.ts";

/** The payment methods the mock can approve, in the provider's own words: card, virtual account, transfer, easy pay. */
export const methods = ["카드", "가상계좌", "계좌이체", "간편결제"] as const;
export type Method = (typeof methods)[number];

export type PaymentStatus =
  | "READY"
  | "IN_PROGRESS"
  | "WAITING_FOR_DEPOSIT"
  | "DONE"
  | "CANCELED"
  | "PARTIAL_CANCELED"
  | "ABORTED"
  | "EXPIRED";

/** The card block. `number` is masked; `issuerCode` and `acquirerCode` are the provider's two-character codes. */
export interface Card {
  readonly amount: number;
  readonly issuerCode: string;
  readonly acquirerCode: string | null;
  readonly number: string;
  /** 0 means paid in one sum. */
  readonly installmentPlanMonths: number;
  readonly approveNo: string;
  readonly useCardPoint: boolean;
  readonly cardType: "신용" | "체크" | "기프트" | "미확인";
  readonly ownerType: "개인" | "법인" | "미확인";
  readonly acquireStatus: "READY" | "REQUESTED" | "COMPLETED" | "CANCEL_REQUESTED" | "CANCELED";
  readonly isInterestFree: boolean;
  readonly interestPayer: "BUYER" | "CARD_COMPANY" | "MERCHANT" | null;
}

export interface VirtualAccount {
  readonly accountType: "일반" | "고정";
  /** Starts with `X` in the provider's test environment. */
  readonly accountNumber: string;
  readonly bankCode: string;
  readonly customerName: string;
  readonly depositorName: string;
  readonly dueDate: string;
  readonly refundStatus: "NONE" | "PENDING" | "FAILED" | "PARTIAL_FAILED" | "COMPLETED";
  readonly expired: boolean;
  readonly settlementStatus: "INCOMPLETED" | "COMPLETED";
  readonly refundReceiveAccount: { bankCode: string; accountNumber: string; holderName: string } | null;
}

/** One executed cancel. `refundableAmount` is the balance after it. */
export interface Cancel {
  readonly transactionKey: string;
  readonly cancelReason: string;
  readonly taxExemptionAmount: number;
  readonly canceledAt: string;
  readonly cardDiscountAmount: number;
  readonly transferDiscountAmount: number;
  readonly easyPayDiscountAmount: number;
  readonly receiptKey: string | null;
  readonly cancelAmount: number;
  readonly taxFreeAmount: number;
  readonly refundableAmount: number;
  readonly cancelStatus: "DONE";
  readonly cancelRequestId: string | null;
}

/** The Payment object of API version 2022-11-16. Amounts are whole KRW; times are Asia/Seoul with their offset. */
export interface Payment {
  readonly mId: string;
  readonly lastTransactionKey: string | null;
  readonly paymentKey: string;
  readonly orderId: string;
  readonly orderName: string;
  readonly taxExemptionAmount: number;
  readonly status: PaymentStatus;
  readonly requestedAt: string;
  readonly approvedAt: string | null;
  readonly useEscrow: boolean;
  readonly cultureExpense: boolean;
  readonly card: Card | null;
  readonly virtualAccount: VirtualAccount | null;
  readonly transfer: { bankCode: string; settlementStatus: "INCOMPLETED" | "COMPLETED" } | null;
  readonly mobilePhone: null;
  readonly giftCertificate: null;
  readonly cashReceipt: null;
  readonly cashReceipts: null;
  readonly discount: null;
  readonly cancels: readonly Cancel[] | null;
  readonly secret: string | null;
  readonly type: "NORMAL";
  readonly easyPay: { provider: string; amount: number; discountAmount: number } | null;
  readonly country: "KR";
  readonly failure: { code: string; message: string } | null;
  readonly isPartialCancelable: boolean;
  readonly receipt: { url: string } | null;
  readonly checkout: { url: string } | null;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly currency: "KRW";
  /** Constant over the payment's life. */
  readonly totalAmount: number;
  /** What can still be cancelled. Zero, and not the status, says that all of it is cancelled. */
  readonly balanceAmount: number;
  readonly suppliedAmount: number;
  readonly vat: number;
  readonly taxFreeAmount: number;
  readonly method: Method | null;
  readonly version: "2022-11-16";
  /** In no documentation: new fields may appear without a new version, so a client has to bear unknown ones. */
  readonly fieldOfALaterVersion: { readonly note: string };
}

/** What the provider keeps about one payment: the object it shows, and what it does not show. */
export interface PaymentRecord {
  readonly payment: Payment;
  readonly customerKey: string | null;
  /** When the payment window was opened, ms since the epoch. */
  readonly openedAt: number;
  /** When the buyer authenticated, ms since the epoch; null while the window is open. */
  readonly authenticatedAt: number | null;
  /** The refusal that the card company will give when this payment is confirmed. */
  readonly decline: TossErrorCode | null;
}
