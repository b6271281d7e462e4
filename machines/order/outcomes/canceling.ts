import { type Refusal, refuse } from "../../errors.ts";
import {
  type Cancellation,
  type CancellationEvent,
  type CancellationState,
  stepCancellation,
} from "../cancellation.ts";
import { amountOf, movePieces } from "../lines.ts";
import { cancellationOf, type Order } from "../order.ts";
import type { Outcome } from "./outcome.ts";
import { piecesMeant, refusePieces } from "./pieces.ts";

/** The one cancellation stepped by `event`, with what else changes in it. The rules have made sure that it applies. */
export const withCancellation = (
  order: Order,
  id: string,
  event: CancellationEvent,
  change: Partial<Cancellation> = {},
): Order => ({
  ...order,
  cancellations: order.cancellations.map((one) =>
    one.id === id ? { ...one, ...change, state: stepCancellation(one.state, event) ?? one.state } : one,
  ),
});

/** Refuses an unknown cancellation, and one in whose state `event` does not apply. */
export const refuseStep = (
  order: Order,
  id: string,
  event: CancellationEvent,
  whyNot: (state: CancellationState) => Refusal,
): Refusal | undefined => {
  const cancellation = cancellationOf(order, id);
  if (!cancellation) {
    return refuse("CANCELLATION_NOT_FOUND", `Order ${order.orderId} has no cancellation ${id}.`);
  }
  return stepCancellation(cancellation.state, event) ? undefined : whyNot(cancellation.state);
};

/** Before payment there is nothing to restock or refund: the whole order is called off. */
export const orderCanceled: Outcome<"cancellation.request"> = {
  refuse: (_, { data }) =>
    data.lines
      ? refuse("UNPAID_CANCEL_IS_WHOLE", "An unpaid order is cancelled as a whole. Leave out `lines`.")
      : undefined,
  // The reason is the customer's own words: it stays in the order and does not leave with the event.
  change: (order, { data }) => ({ ...order, canceledFor: data.reason }),
};

export const orderExpired: Outcome<"order.expire"> = {
  refuse: (order, { at }) =>
    at >= order.expiresAt
      ? undefined
      : refuse("TIMER_NOT_DUE", `Order ${order.orderId} can be paid until ${order.expiresAt}.`),
  change: (order) => order,
};

export const cancellationRequested: Outcome<"cancellation.request"> = {
  refuse(order, { data }, policy) {
    if (order.cancellations.length >= policy.maxCancellations) {
      return refuse(
        "TOO_MANY_CANCELLATIONS",
        `Order ${order.orderId} has had ${order.cancellations.length} cancellations.`,
      );
    }
    return refusePieces(order, data.lines, "cancelled");
  },
  change(order, { data, at }) {
    const lines = piecesMeant(order, data.lines);
    const cancellation: Cancellation = {
      id: String(order.cancellations.length + 1),
      state: "requested",
      lines,
      amount: amountOf(order.lines, lines),
      reason: data.reason,
      requestedAt: at,
      refundAttempts: 0,
    };
    return {
      ...order,
      lines: movePieces(order.lines, lines, { to: "canceling" }),
      cancellations: [...order.cancellations, cancellation],
    };
  },
  event(order) {
    const cancellation = order.cancellations.at(-1);
    return { cancellationId: cancellation?.id, lines: cancellation?.lines, amount: cancellation?.amount };
  },
};

const alreadyPast = (id: string, state: CancellationState): Refusal =>
  state === "withdrawn"
    ? refuse("CANCELLATION_WITHDRAWN", `Cancellation ${id} was withdrawn. Request a new one.`)
    : refuse("CANCELLATION_ALREADY_RESTOCKED", `Cancellation ${id} was restocked before; it is ${state}.`);

export const cancellationRestocked: Outcome<"cancellation.restock"> = {
  refuse: (order, { data: { cancellationId: id } }) =>
    refuseStep(order, id, "restock", (state) => alreadyPast(id, state)),
  change: (order, { data, at }) =>
    withCancellation(order, data.cancellationId, "restock", { restockedAt: at }),
  event: (_, { data }) => ({ cancellationId: data.cancellationId }),
};

export const cancellationWithdrawn: Outcome<"cancellation.withdraw"> = {
  refuse: (order, { data: { cancellationId: id } }) =>
    refuseStep(order, id, "withdraw", (state) => alreadyPast(id, state)),
  change(order, { data }) {
    const pieces = cancellationOf(order, data.cancellationId)?.lines ?? [];
    return withCancellation(
      { ...order, lines: movePieces(order.lines, pieces, { from: "canceling" }) },
      data.cancellationId,
      "withdraw",
    );
  },
  event: (_, { data }) => ({ cancellationId: data.cancellationId }),
};
