import type { Payment, PaymentRecord, PaymentStatus } from "./payment.ts";

/**
 * One movement of one payment: its approval, or one of its cancels. The fields are those of a row of the provider's
 * transaction list, and `kind` tells the two apart. `amount` is positive in both (a published CANCELED row is too);
 * it is zero when no money moved, as for a virtual account that waits for its deposit.
 */
export interface Transaction {
  readonly kind: "approval" | "cancel";
  readonly mId: string;
  readonly transactionKey: string;
  readonly paymentKey: string;
  readonly orderId: string;
  readonly method: string | null;
  readonly customerKey: string | null;
  readonly useEscrow: boolean;
  readonly receiptUrl: string | null;
  readonly status: PaymentStatus;
  readonly transactionAt: string;
  readonly currency: "KRW";
  readonly amount: number;
}

/** The transaction that brought `payment` to the state it is in now. */
export function transactionOf(
  { customerKey }: PaymentRecord,
  payment: Payment,
  move: Pick<Transaction, "kind" | "amount" | "transactionKey" | "transactionAt">,
): Transaction {
  const { mId, paymentKey, orderId, method, useEscrow, status, currency } = payment;
  const receiptUrl = payment.receipt?.url ?? null;
  return { mId, paymentKey, orderId, method, customerKey, useEscrow, receiptUrl, status, currency, ...move };
}
