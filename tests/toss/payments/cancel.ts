import { type Static, Type } from "@sinclair/typebox";
import type { TossErrorCode } from "../errors/status.ts";
import type { Cancel, Payment, PaymentRecord } from "./payment.ts";
import { Won } from "./session.ts";
import { refuse, type Step } from "./step.ts";
import { splitTax } from "./taxes.ts";
import { seoulTime } from "./time.ts";
import { transactionOf } from "./transaction.ts";

/** The body of `POST /v1/payments/:paymentKey/cancel`. Unknown fields are ignored. */
export const CancelRequest = Type.Object({
  cancelReason: Type.String({ minLength: 1, maxLength: 200 }),
  /** Whole KRW; absent means all that is left. */
  cancelAmount: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
  taxFreeAmount: Type.Optional(Won),
  taxExemptionAmount: Type.Optional(Won),
  currency: Type.Optional(Type.String()),
  /** Optimistic guard: the balance the merchant believes in. */
  refundableAmount: Type.Optional(Won),
  cancelRequestId: Type.Optional(Type.String({ pattern: "^[A-Za-z0-9_=-]{6,64}$" })),
  /** Where a deposited virtual account is refunded to. The request says `bank`, the response `bankCode`. */
  refundReceiveAccount: Type.Optional(
    Type.Object({
      bank: Type.String({ minLength: 1 }),
      accountNumber: Type.String({ pattern: "^[0-9]{1,20}$" }),
      holderName: Type.String({ minLength: 1, maxLength: 60 }),
    }),
  ),
});
export type CancelRequest = Static<typeof CancelRequest>;

/**
 * Cancels a payment in whole or in part.
 *
 * Measured on the real test environment: partial cancels that sum to the total leave `PARTIAL_CANCELED` with a
 * balance of zero, and another cancel then gets 403 `NOT_CANCELABLE_AMOUNT`; only one cancel of the whole gives
 * `CANCELED`, after which another gets 400 `ALREADY_CANCELED_PAYMENT`.
 */
export function cancel(
  record: PaymentRecord,
  request: CancelRequest,
  at: number,
  transactionKey: string,
): Step {
  const { payment } = record;
  const amount = request.cancelAmount ?? payment.balanceAmount;
  const refusal = whyNot(payment, request, amount);
  if (refusal !== null) return refuse(refusal);

  const whole = amount === payment.balanceAmount;
  const taxFreeAmount = whole ? payment.taxFreeAmount : (request.taxFreeAmount ?? 0);
  const taxExemptionAmount = whole ? payment.taxExemptionAmount : (request.taxExemptionAmount ?? 0);
  const taxFreeLeft = payment.taxFreeAmount - taxFreeAmount;
  const exemptLeft = payment.taxExemptionAmount - taxExemptionAmount;
  const balanceAmount = payment.balanceAmount - amount;
  if (taxFreeLeft < 0 || exemptLeft < 0 || taxFreeLeft + exemptLeft > balanceAmount) {
    return refuse("INVALID_REQUEST");
  }

  const entry: Cancel = {
    transactionKey,
    cancelReason: request.cancelReason,
    taxExemptionAmount,
    canceledAt: seoulTime(at),
    cardDiscountAmount: 0,
    transferDiscountAmount: 0,
    easyPayDiscountAmount: 0,
    receiptKey: null,
    cancelAmount: amount,
    taxFreeAmount,
    refundableAmount: balanceAmount,
    cancelStatus: "DONE",
    cancelRequestId: request.cancelRequestId ?? null,
  };
  const after: Payment = {
    ...payment,
    status: amount === payment.totalAmount ? "CANCELED" : "PARTIAL_CANCELED",
    lastTransactionKey: transactionKey,
    cancels: [...(payment.cancels ?? []), entry],
    balanceAmount,
    ...splitTax(balanceAmount, taxFreeLeft + exemptLeft),
    taxFreeAmount: taxFreeLeft,
    taxExemptionAmount: exemptLeft,
    virtualAccount: refundedAccount(payment, request),
  };
  const moved = payment.status === "WAITING_FOR_DEPOSIT" ? 0 : amount;
  const move = { kind: "cancel", amount: moved, transactionKey, transactionAt: entry.canceledAt } as const;
  return { ok: true, record: { ...record, payment: after }, transaction: transactionOf(record, after, move) };
}

function whyNot(payment: Payment, request: CancelRequest, amount: number): TossErrorCode | null {
  const { status, balanceAmount } = payment;
  const partial = amount < balanceAmount;
  if (status === "CANCELED") return "ALREADY_CANCELED_PAYMENT";
  if (status !== "DONE" && status !== "PARTIAL_CANCELED" && status !== "WAITING_FOR_DEPOSIT") {
    return "NOT_CANCELABLE_PAYMENT";
  }
  if (request.currency !== undefined && request.currency !== payment.currency) return "INVALID_CURRENCY";
  if (request.refundableAmount !== undefined && request.refundableAmount !== balanceAmount) {
    return "NOT_MATCHES_REFUNDABLE_AMOUNT";
  }
  if (amount > balanceAmount || balanceAmount === 0) return "NOT_CANCELABLE_AMOUNT";
  if (status === "WAITING_FOR_DEPOSIT") return partial ? "NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT" : null;
  if (partial && !payment.isPartialCancelable) return "NOT_ALLOWED_PARTIAL_REFUND";
  if (payment.method === "가상계좌" && request.refundReceiveAccount === undefined) {
    return "INVALID_REFUND_ACCOUNT_INFO";
  }
  return null;
}

function refundedAccount(payment: Payment, { refundReceiveAccount }: CancelRequest) {
  const { virtualAccount } = payment;
  if (virtualAccount === null || refundReceiveAccount === undefined) return virtualAccount;
  const { bank: bankCode, accountNumber, holderName } = refundReceiveAccount;
  // The bank pays two business days later.
  return {
    ...virtualAccount,
    refundStatus: "PENDING" as const,
    refundReceiveAccount: { bankCode, accountNumber, holderName },
  };
}
