import type { Instant } from "../instant.ts";
import { type KstDate, kstDateOf } from "../kst-date.ts";
import type { Krw } from "../money.ts";
import { capturedPayment, type Order, type PaymentAttempt, type PaymentStatus } from "./order.ts";
import type { OrderEventType } from "./outcomes/mod.ts";

/** Money of an order that moved at Toss: a capture, or a refund of part or all of one. */
export interface MoneyTransaction {
  readonly orderId: string;
  readonly kind: "capture" | "refund";
  readonly paymentKey: string;
  /** Toss' own key. Missing where its answer did not tell it. */
  readonly transactionKey?: string;
  /** Below zero for a refund. */
  readonly amount: Krw;
  /** When Toss says that it happened. */
  readonly at: Instant;
}

/** The events by which an order learns that money moved. After any other, {@link transactionsOf} says the same. */
export const moneyEvents: ReadonlySet<OrderEventType> = new Set([
  "payment.captured",
  "payment.strayed",
  "payment.mismatched",
  "refund.completed",
  "stray.refunded",
] as const);

/** In each of these Toss has captured the payment, whatever became of it afterwards. */
const captured: ReadonlySet<PaymentStatus> = new Set([
  "captured",
  "strayRefunding",
  "strayRefunded",
  "strayRefundFailed",
] as const);

/**
 * All that moved, stray payments included; oldest first.
 * @example transactionsOf(order) // [{ kind: "capture", amount: 10000, … }, { kind: "refund", amount: -3000, … }]
 */
export const transactionsOf = (order: Order): MoneyTransaction[] =>
  [
    ...order.payments.filter(({ status }) => captured.has(status)).flatMap((one) => ofPayment(order, one)),
    ...refundsOf(order),
  ].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));

/** The days in Korea on which money of the order moved, each once, oldest first. Days are only ever added to it. */
export const moneyDatesOf = (order: Order): KstDate[] => [
  ...new Set(transactionsOf(order).map(({ at }) => kstDateOf(at))),
];

const ofPayment = (order: Order, payment: PaymentAttempt): MoneyTransaction[] => {
  const { paymentKey, status, refund, amount = order.totalAmount } = payment;
  // Toss tells when it captured; should it ever not, then it was hardly later than we asked.
  const approvedAt = instantOf(payment.approvedAt, payment.requestedAt);
  const base = { orderId: order.orderId, paymentKey };
  const capture: MoneyTransaction = {
    ...base,
    kind: "capture",
    ...(payment.transactionKey && { transactionKey: payment.transactionKey }),
    amount,
    at: approvedAt,
  };
  if (status !== "strayRefunded") return [capture];
  const back: MoneyTransaction = {
    ...base,
    kind: "refund",
    ...(refund?.transactionKey && { transactionKey: refund.transactionKey }),
    amount: -amount,
    // Orders of an earlier release do not know it. A stray payment goes back as soon as it is found.
    at: instantOf(refund?.canceledAt, approvedAt),
  };
  return [capture, back];
};

const refundsOf = (order: Order): MoneyTransaction[] => {
  const paymentKey = capturedPayment(order)?.paymentKey;
  if (paymentKey === undefined) return [];
  return order.cancellations
    .filter(({ state }) => state === "refunded")
    .map(({ amount, transactionKey, refundedAt, requestedAt }) => ({
      orderId: order.orderId,
      kind: "refund",
      paymentKey,
      ...(transactionKey && { transactionKey }),
      amount: -amount,
      at: instantOf(refundedAt, requestedAt),
    }));
};

/** Toss' time as a UTC instant, whatever offset it was written with. */
const instantOf = (text: string | undefined, otherwise: Instant): Instant => {
  const ms = Date.parse(text ?? "");
  return Number.isNaN(ms) ? otherwise : new Date(ms).toISOString();
};
