import { type Refusal, refuse } from "../../errors.ts";
import { add } from "../../money.ts";
import { refundReason } from "../cancellation.ts";
import type { RefundEffect } from "../effects.ts";
import { movePieces } from "../lines.ts";
import { balanceOf, cancellationOf, capturedPayment, type Order, refundInFlight } from "../order.ts";
import { refuseStep, withCancellation } from "./canceling.ts";
import type { Outcome } from "./outcome.ts";

const refuseSecondRefund = (order: Order): Refusal | undefined => {
  const other = refundInFlight(order);
  return (
    other &&
    refuse(
      "REFUND_IN_PROGRESS",
      `Cancellation ${other.id} is being refunded; refunds of a payment run in turn.`,
    )
  );
};

const start = (order: Order, id: string, event: "begin" | "retry"): Order => {
  const attempts = cancellationOf(order, id)?.refundAttempts ?? 0;
  return withCancellation(order, id, event, { refundAttempts: attempts + 1 });
};

const refundEffect = (order: Order, id: string): RefundEffect[] => {
  const cancellation = cancellationOf(order, id);
  const payment = capturedPayment(order);
  if (!cancellation || !payment) return [];
  return [
    {
      id: `refund:${id}:${cancellation.refundAttempts}`,
      type: "payment.refund",
      paymentKey: payment.paymentKey,
      amount: cancellation.amount,
      refundable: balanceOf(order),
      reason: refundReason(cancellation),
      for: { cancellationId: id },
      lookFirst: cancellation.refundAttempts > 1,
    },
  ];
};

export const refundStarted: Outcome<"refund.begin"> = {
  refuse: (order, { data: { cancellationId: id } }) =>
    refuseStep(order, id, "begin", (state) =>
      refuse(
        "CANCELLATION_NOT_RESTOCKED",
        `Cancellation ${id} is ${state}, and only a restocked one is refunded.`,
      ),
    ) ?? refuseSecondRefund(order),
  change: (order, { data }) => start(order, data.cancellationId, "begin"),
  event: (order, { data }) => ({
    cancellationId: data.cancellationId,
    amount: cancellationOf(order, data.cancellationId)?.amount,
  }),
  effects: (order, { data }) => refundEffect(order, data.cancellationId),
};

export const refundRetried: Outcome<"refund.retry"> = {
  refuse: (order, { data: { cancellationId: id } }) =>
    refuseStep(order, id, "retry", (state) =>
      refuse("REFUND_NOT_FAILED", `Cancellation ${id} is ${state}; only a failed refund is retried.`),
    ) ?? refuseSecondRefund(order),
  change: (order, { data }) => start(order, data.cancellationId, "retry"),
  event: (order, { data }) => ({
    cancellationId: data.cancellationId,
    attempt: cancellationOf(order, data.cancellationId)?.refundAttempts,
  }),
  effects: (order, { data }) => refundEffect(order, data.cancellationId),
};

export const refundCompleted: Outcome<"refund.complete"> = {
  refuse(order, { data: { cancellationId: id, amount } }) {
    const refused = refuseStep(order, id, "complete", (state) =>
      state === "refunded"
        ? refuse("REFUND_ALREADY_COMPLETED", `Cancellation ${id} is already refunded.`)
        : refuse(
            "CANCELLATION_NOT_RESTOCKED",
            `Cancellation ${id} is ${state} and has no refund to complete.`,
          ),
    );
    if (refused) return refused;
    const due = cancellationOf(order, id)?.amount;
    if (amount === due) return undefined;
    return refuse(
      "REFUND_AMOUNT_MISMATCH",
      `Toss refunded ${amount} KRW, but cancellation ${id} is ${due} KRW.`,
    );
  },
  change(order, { data }) {
    const pieces = cancellationOf(order, data.cancellationId)?.lines ?? [];
    return withCancellation(
      {
        ...order,
        lines: movePieces(order.lines, pieces, { from: "canceling", to: "refunded" }),
        refundedAmount: add(order.refundedAmount, data.amount),
      },
      data.cancellationId,
      "complete",
      { refundedAt: data.canceledAt, transactionKey: data.transactionKey },
    );
  },
  event: (order, { data }) => ({
    cancellationId: data.cancellationId,
    amount: data.amount,
    balance: balanceOf(order),
  }),
};

export const refundFailed: Outcome<"refund.fail"> = {
  refuse: (order, { data: { cancellationId: id } }) =>
    refuseStep(order, id, "fail", (state) =>
      refuse("REFUND_ALREADY_COMPLETED", `Cancellation ${id} is ${state}; no refund of it is in flight.`),
    ),
  change: (order, { data }) =>
    withCancellation(order, data.cancellationId, "fail", {
      failure: { code: data.code, message: data.message },
    }),
  event: (_, { data }) => ({ cancellationId: data.cancellationId, code: data.code }),
};
