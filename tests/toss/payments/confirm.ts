import { type Static, Type } from "@sinclair/typebox";
import { messageOf } from "../errors/reply.ts";
import { methodDetails, minimumAmount } from "./methods.ts";
import type { Payment, PaymentRecord } from "./payment.ts";
import { OrderId, PaymentKey } from "./session.ts";
import { refuse, type Step } from "./step.ts";
import { seoulTime } from "./time.ts";
import { transactionOf } from "./transaction.ts";

/** The body of `POST /v1/payments/confirm`. Unknown fields are ignored. */
export const ConfirmRequest = Type.Object({
  paymentKey: PaymentKey,
  orderId: OrderId,
  amount: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
});
export type ConfirmRequest = Static<typeof ConfirmRequest>;

/**
 * Approves an authenticated payment.
 *
 * A finished payment is refused as processed before its orderId is compared: a merchant that sends another order's
 * key, already paid, hears `ALREADY_PROCESSED_PAYMENT` and has to notice the mismatch itself.
 *
 * @param record as of `at`, so already expired if its window has closed
 * @param at ms since the epoch
 */
export function confirm(
  record: PaymentRecord,
  request: ConfirmRequest,
  at: number,
  transactionKey: string,
): Step {
  const { payment } = record;
  switch (payment.status) {
    case "READY":
    case "EXPIRED":
    case "ABORTED":
      return refuse("NOT_FOUND_PAYMENT_SESSION");
    case "WAITING_FOR_DEPOSIT":
    case "DONE":
    case "CANCELED":
    case "PARTIAL_CANCELED":
      return refuse("ALREADY_PROCESSED_PAYMENT");
    case "IN_PROGRESS":
      break;
  }
  if (request.orderId !== payment.orderId || request.amount !== payment.totalAmount) {
    return refuse("INVALID_REQUEST");
  }
  if (payment.totalAmount < minimumAmount[payment.method ?? "카드"]) return refuse("BELOW_MINIMUM_AMOUNT");
  if (record.decline !== null) return declined(record, record.decline);
  return approved(record, at, transactionKey);
}

function declined(record: PaymentRecord, code: NonNullable<PaymentRecord["decline"]>): Step {
  const failure = { code, message: messageOf(code, "ko") };
  return {
    ok: false,
    code,
    record: { ...record, payment: { ...record.payment, status: "ABORTED", failure } },
  };
}

function approved(record: PaymentRecord, at: number, transactionKey: string): Step {
  const { payment } = record;
  const method = payment.method ?? "카드";
  const waits = method === "가상계좌";
  const now = seoulTime(at);
  const after: Payment = {
    ...payment,
    ...methodDetails(method, payment.totalAmount, at),
    status: waits ? "WAITING_FOR_DEPOSIT" : "DONE",
    approvedAt: waits ? null : now,
    lastTransactionKey: transactionKey,
    receipt: {
      url: `https://dashboard.tosspayments.com/receipt/redirection?transactionId=${transactionKey}`,
    },
    checkout: { url: `https://api.tosspayments.com/v1/payments/${payment.paymentKey}/checkout` },
  };
  const amount = waits ? 0 : payment.totalAmount;
  const move = { kind: "approval", amount, transactionKey, transactionAt: now } as const;
  return { ok: true, record: { ...record, payment: after }, transaction: transactionOf(record, after, move) };
}
