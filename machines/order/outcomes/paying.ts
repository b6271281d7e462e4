import { type Refusal, refuse } from "../../errors.ts";
import { later } from "../../instant.ts";
import type { CommandOf } from "../commands.ts";
import { type RefundEffect, strayEffectId } from "../effects.ts";
import { type Order, type PaymentAttempt, paymentAttempt } from "../order.ts";
import type { Outcome } from "./outcome.ts";

export const withAttempt = (order: Order, attempt: number, change: Partial<PaymentAttempt>): Order => ({
  ...order,
  payments: order.payments.map((one) => (one.attempt === attempt ? { ...one, ...change } : one)),
});

export const refuseAttempt = (
  order: Order,
  attempt: number,
  open: readonly PaymentAttempt["status"][],
): Refusal | undefined => {
  const found = paymentAttempt(order, attempt);
  if (!found) return refuse("PAYMENT_NOT_FOUND", `Order ${order.orderId} has no payment attempt ${attempt}.`);
  if (open.includes(found.status)) return undefined;
  return refuse("PAYMENT_ALREADY_RESOLVED", `Payment attempt ${attempt} is already ${found.status}.`);
};

export const paymentRequested: Outcome<"payment.request"> = {
  refuse(order, { data }, policy) {
    if (data.amount !== order.totalAmount) {
      return refuse(
        "PAYMENT_AMOUNT_MISMATCH",
        `The order's total is ${order.totalAmount} KRW, the payment's amount ${data.amount} KRW.`,
      );
    }
    if (order.payments.some((payment) => payment.paymentKey === data.paymentKey)) {
      return refuse(
        "PAYMENT_KEY_IN_USE",
        "This payment was already declined. Open a new payment window and use its paymentKey.",
      );
    }
    if (order.payments.length >= policy.maxPaymentAttempts) {
      return refuse(
        "PAYMENT_ATTEMPTS_EXHAUSTED",
        `${order.payments.length} payments of this order were declined. Place a new order.`,
      );
    }
    return undefined;
  },
  change: (order, { data, at, id }) => ({
    ...order,
    payments: [
      ...order.payments,
      {
        attempt: order.payments.length + 1,
        paymentKey: data.paymentKey,
        commandId: id,
        status: "requested",
        requestedAt: at,
      },
    ],
  }),
  event: (order) => ({ attempt: order.payments.length, amount: order.totalAmount }),
  effects: (order, { data }) => [
    {
      id: `confirm:${order.payments.length}`,
      type: "payment.confirm",
      attempt: order.payments.length,
      paymentKey: data.paymentKey,
      amount: order.totalAmount,
    },
  ],
};

/** Money that moved is a fact: a capture is refused only when it is already known. */
const refuseCapture = (order: Order, { data }: CommandOf<"payment.capture">): Refusal | undefined =>
  refuseAttempt(order, data.attempt, ["requested", "awaiting", "declined"]);

/** Why the captured payment is not the one that was asked for; undefined when it is. */
const misfitOf = (order: Order, { data }: CommandOf<"payment.capture">): string | undefined =>
  data.misfit ??
  (data.amount === order.totalAmount
    ? undefined
    : `${data.amount} KRW were captured, the order's total is ${order.totalAmount} KRW`);

const captureOf = ({ data }: CommandOf<"payment.capture">): Partial<PaymentAttempt> => ({
  approvedAt: data.approvedAt,
  ...(data.transactionKey && { transactionKey: data.transactionKey }),
  ...(data.card && { card: data.card }),
});

export const paymentCaptured: Outcome<"payment.capture"> = {
  refuse(order, command) {
    const misfit = misfitOf(order, command);
    return (
      refuseCapture(order, command) ??
      (misfit === undefined ? undefined : refuse("PAYMENT_AMOUNT_MISMATCH", `It goes back: ${misfit}.`))
    );
  },
  change: (order, command, policy) => ({
    ...withAttempt(order, command.data.attempt, { status: "captured", ...captureOf(command) }),
    paidAt: command.at,
    autoConfirmAt: later(command.at, policy.autoConfirmAfterMs),
  }),
  event: (_, { data }) => ({ attempt: data.attempt, amount: data.amount, approvedAt: data.approvedAt }),
};

/** Captured when the order could not take it any more (cancelled, expired, paid by another attempt): it goes back. */
export const paymentStrayed: Outcome<"payment.capture"> = {
  refuse: refuseCapture,
  change(order, command) {
    const { attempt, amount } = command.data;
    const message = misfitOf(order, command);
    return withAttempt(order, attempt, {
      status: "strayRefunding",
      ...captureOf(command),
      ...(amount !== order.totalAmount && { amount }),
      ...(message !== undefined && { failure: { code: "PAYMENT_MISMATCH", message } }),
    });
  },
  event(order, { data }) {
    const code = paymentAttempt(order, data.attempt)?.failure?.code;
    return { attempt: data.attempt, amount: data.amount, ...(code && { code }) };
  },
  effects: (order, { data }) => [strayRefund(order, data)],
};

/** The payment under way was captured, but not as it was asked for: it goes back, and the order can be paid again. */
export const paymentMismatched: Outcome<"payment.capture"> = {
  ...paymentStrayed,
  refuse: (order, { data }) => refuseAttempt(order, data.attempt, ["requested", "awaiting"]),
};

/** All that Toss holds of the payment goes back. */
const strayRefund = (
  order: Order,
  { attempt, amount, held = amount }: CommandOf<"payment.capture">["data"],
): RefundEffect => ({
  id: strayEffectId(attempt),
  type: "payment.refund",
  paymentKey: paymentAttempt(order, attempt)?.paymentKey ?? "",
  amount: held,
  refundable: held,
  reason: "[STRAY] captured, but not for this order as it stands",
  for: { strayAttempt: attempt },
  lookFirst: false,
});

export const paymentAwaited: Outcome<"payment.await"> = {
  refuse: (order, { data }) => refuseAttempt(order, data.attempt, ["requested"]),
  change: (order, { data }) => withAttempt(order, data.attempt, { status: "awaiting" }),
  event: (_, { data }) => ({ attempt: data.attempt }),
};

export const paymentDeclined: Outcome<"payment.decline"> = {
  refuse: (order, { data }) => refuseAttempt(order, data.attempt, ["requested", "awaiting"]),
  change: (order, { data }) =>
    withAttempt(order, data.attempt, {
      status: "declined",
      failure: { code: data.code, message: data.message },
    }),
  event: (_, { data }) => ({ attempt: data.attempt, code: data.code }),
};

/** A webhook is unsigned, so all it can do is make us ask Toss. */
export const paymentNoticed: Outcome<"payment.notice"> = {
  refuse: (order, { data }) =>
    order.payments.some((payment) => payment.paymentKey === data.paymentKey)
      ? undefined
      : refuse("PAYMENT_NOT_FOUND", `Order ${order.orderId} has no payment with this paymentKey.`),
  change: (order) => order,
  effects: (order, { data }) =>
    order.payments
      .filter((payment) => payment.paymentKey === data.paymentKey)
      .map((payment) => ({
        id: `lookup:${payment.attempt}`,
        type: "payment.lookup",
        attempt: payment.attempt,
        paymentKey: payment.paymentKey,
        amount: order.totalAmount,
      })),
};

export const strayRefunded: Outcome<"stray.complete"> = {
  refuse: (order, { data }) => refuseAttempt(order, data.attempt, ["strayRefunding", "strayRefundFailed"]),
  change: (order, { data, at }) =>
    withAttempt(order, data.attempt, {
      status: "strayRefunded",
      refund: {
        canceledAt: data.canceledAt ?? at,
        ...(data.transactionKey && { transactionKey: data.transactionKey }),
      },
    }),
  event: (_, { data }) => ({ attempt: data.attempt }),
};

export const strayRefundFailed: Outcome<"stray.fail"> = {
  refuse: (order, { data }) => refuseAttempt(order, data.attempt, ["strayRefunding"]),
  change: (order, { data }) =>
    withAttempt(order, data.attempt, {
      status: "strayRefundFailed",
      failure: { code: data.code, message: data.message },
    }),
  event: (_, { data }) => ({ attempt: data.attempt, code: data.code }),
};
