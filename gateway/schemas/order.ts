import { type Static, Type } from "@sinclair/typebox";
import { LineQuantity } from "../../machines/mod.ts";
import { EventType, State } from "./command.ts";
import { Instant, Krw, Link } from "./common.ts";

const Pieces = Type.Integer({ minimum: 0 });
const Failure = Type.Object({ code: Type.String(), message: Type.String() });
const literals = <const T extends string>(values: readonly T[]) =>
  Type.Union(values.map((value) => Type.Literal(value)));

/** Each of the line's `quantity` pieces is in exactly one of active, confirmed, canceling and refunded. */
export const LineView = Type.Object({
  productId: Type.String(),
  name: Type.Optional(Type.String()),
  quantity: Pieces,
  unitPrice: Krw,
  active: Pieces,
  confirmed: Pieces,
  canceling: Pieces,
  refunded: Pieces,
});

export const PaymentView = Type.Object({
  attempt: Type.Integer(),
  paymentKey: Type.String(),
  status: literals([
    "requested",
    "awaiting",
    "captured",
    "declined",
    "strayRefunding",
    "strayRefunded",
    "strayRefundFailed",
  ]),
  requestedAt: Instant,
  approvedAt: Type.Optional(Type.String()),
  card: Type.Optional(
    Type.Object({ issuerCode: Type.String(), number: Type.String(), approveNo: Type.String() }),
  ),
  failure: Type.Optional(Failure),
});

/** A request that can be made now; `type` is the command that it becomes. */
export const PossibleCommand = Type.Object({
  type: Type.String(),
  method: Type.Literal("POST"),
  href: Type.String(),
});

export const CancellationView = Type.Object({
  id: Type.String(),
  state: literals(["requested", "restocked", "refunding", "refunded", "failed", "withdrawn"]),
  lines: Type.Array(LineQuantity),
  amount: Krw,
  reason: Type.String(),
  requestedAt: Instant,
  restockedAt: Type.Optional(Instant),
  refundAttempts: Type.Integer(),
  failure: Type.Optional(Failure),
  refundedAt: Type.Optional(Type.String()),
  commands: Type.Array(PossibleCommand),
});

/** Work at Toss that is not finished. */
export const EffectView = Type.Object({
  id: Type.String(),
  type: Type.String(),
  tries: Type.Integer(),
  nextTryAt: Type.Union([Instant, Type.Null()], { description: "Null: waits for an operator" }),
  since: Instant,
  lastError: Type.Optional(Type.String()),
  commands: Type.Array(PossibleCommand),
});

export const TimerView = Type.Object({ id: Type.String(), command: Type.String(), dueAt: Instant });

/** One order, whole. */
export const OrderView = Type.Object({
  orderId: Type.String(),
  state: State,
  customer: Type.Object(
    { id: Type.String(), name: Type.Optional(Type.String()), phone: Type.Optional(Type.String()) },
    { description: "Name and phone are not shown to the warehouse" },
  ),
  paymentMethod: Type.Object({ type: Type.String() }),
  lines: Type.Array(LineView),
  totalAmount: Krw,
  refundedAmount: Krw,
  balance: Type.Integer({ description: "Captured less refunded, in KRW; zero while unpaid" }),
  payments: Type.Array(PaymentView),
  cancellations: Type.Array(CancellationView),
  placedAt: Instant,
  expiresAt: Instant,
  paidAt: Type.Optional(Instant),
  autoConfirmAt: Type.Optional(Instant),
  updatedAt: Instant,
  version: Type.Integer(),
  seq: Type.Integer({ description: "The newest event in the history" }),
  effects: Type.Array(EffectView),
  timers: Type.Array(TimerView),
  commands: Type.Array(PossibleCommand, {
    description:
      "What the order's machine has a transition for now and the caller's role may ask; its rules may still refuse one",
  }),
  _links: Type.Record(Type.String(), Link),
});

export const OrderPage = Type.Object({
  orders: Type.Array(OrderView),
  nextCursor: Type.Optional(Type.String()),
});

/** One step of an order's life. */
export const HistoryEntryView = Type.Object({
  orderId: Type.String(),
  seq: Type.Integer({ minimum: 1 }),
  type: EventType,
  at: Instant,
  from: Type.Union([State, Type.Null()]),
  to: State,
  data: Type.Record(Type.String(), Type.Unknown()),
  commandId: Type.String(),
  actor: Type.Object({ role: Type.String(), id: Type.String() }),
});

/** A page of it. */
export const History = Type.Object({
  entries: Type.Array(HistoryEntryView),
  next: Type.Optional(Link),
});

export type OrderView = Static<typeof OrderView>;
export type CancellationView = Static<typeof CancellationView>;
export type PossibleCommand = Static<typeof PossibleCommand>;
export type HistoryEntryView = Static<typeof HistoryEntryView>;
