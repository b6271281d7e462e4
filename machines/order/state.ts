import type { Cancellation, CancellationState } from "./cancellation.ts";
import { activeQuantity, type OrderLine } from "./lines.ts";

/** The states of a captured order, which its lines and cancellations determine between them. */
export const capturedStates = [
  "paid",
  "purchaseConfirmed",
  "cancelRequested",
  "restocked",
  "refunding",
  "refundFailed",
  "partiallyRefunded",
  "refunded",
] as const;

export type CapturedState = (typeof capturedStates)[number];

/** What people call the order. */
export const orderStates = ["ordered", "paying", "canceled", "expired", ...capturedStates] as const;

export type OrderState = (typeof orderStates)[number];

/** The visible state of a snapshot: `captured` shows as the state that its lines and cancellations lead to. */
export const stateOf = ({ value }: { readonly value: unknown }): OrderState =>
  (typeof value === "string" ? value : Object.values(value as object)[0]) as OrderState;

/** An open cancellation shows before anything settled; the one nearest to moving money shows first. */
const openStates: readonly (readonly [CancellationState, CapturedState])[] = [
  ["refunding", "refunding"],
  ["failed", "refundFailed"],
  ["restocked", "restocked"],
  ["requested", "cancelRequested"],
];

/** With nothing open, by where the pieces are: any refunded? any active? any confirmed? */
const settledStates: Record<`${boolean} ${boolean} ${boolean}`, CapturedState> = {
  "false true false": "paid",
  "false true true": "paid",
  "false false true": "purchaseConfirmed",
  "true true false": "partiallyRefunded",
  "true true true": "partiallyRefunded",
  "true false true": "partiallyRefunded",
  "true false false": "refunded",
  "false false false": "paid", // an order has at least one piece, so no order is here
};

/** The one table from lines and cancellations to the order's visible state. Total: every order has one. */
export const capturedState = (order: {
  lines: readonly OrderLine[];
  cancellations: readonly Cancellation[];
}): CapturedState => {
  for (const [cancellation, state] of openStates) {
    if (order.cancellations.some((one) => one.state === cancellation)) return state;
  }
  const refunded = order.lines.some((line) => line.refunded > 0);
  const active = order.lines.some((line) => activeQuantity(line) > 0);
  const confirmed = order.lines.some((line) => line.confirmed > 0);
  return settledStates[`${refunded} ${active} ${confirmed}`];
};
