import { type Static, Type } from "@sinclair/typebox";
import { type OrderState, orderStates } from "../../machines/mod.ts";
import { DeadLetterView, EventType, State } from "./command.ts";
import { Instant, Krw } from "./common.ts";

const Count = Type.Integer({ minimum: 0 });
const counts = Object.fromEntries(orderStates.map((state) => [state, Count])) as Record<
  OrderState,
  typeof Count
>;

/** All orders at a glance. */
export const FleetView = Type.Object({
  at: Instant,
  since: Type.String({
    description: "Flows are known since then: for a minute, or since someone began to look",
  }),
  total: Count,
  counts: Type.Object(counts),
  flows: Type.Array(
    Type.Object({
      event: EventType,
      from: Type.Union([State, Type.Null()]),
      to: State,
      count: Type.Integer({ minimum: 1 }),
    }),
    { description: "Transitions of the last 60 s" },
  ),
  perSecond: Type.Array(Count, {
    minItems: 60,
    maxItems: 60,
    description: "Transitions of each second, oldest first; the newest is the last whole second",
  }),
  stuck: Type.Object({
    payingUnknown: Type.Integer({
      minimum: 0,
      description: "Payments with a try that Toss did not answer, or under way for more than 60 s",
    }),
    refundFailed: Count,
    effectsWaiting: Type.Integer({ minimum: 0, description: "Work at Toss that waits for an operator" }),
    deadLetters: Count,
  }),
});

/** An order that does not go on by itself, or not soon. */
export const StuckView = Type.Object({
  orderId: Type.String(),
  state: State,
  customerId: Type.String(),
  totalAmount: Krw,
  since: Instant,
  reason: Type.Optional(Type.String()),
  effectId: Type.Optional(Type.String()),
});

/** At most 50 of each, the longest waiting of those that were looked at first. */
export const StuckOrders = Type.Object({
  payingUnknown: Type.Array(StuckView),
  refundFailed: Type.Array(StuckView),
  effectsWaiting: Type.Array(StuckView),
  deadLetters: Type.Array(DeadLetterView),
});

export type Fleet = Static<typeof FleetView>;
export type Stuck = Static<typeof StuckView>;
export type StuckOrders = Static<typeof StuckOrders>;
