import { type Static, Type } from "@sinclair/typebox";
import { type OrderState, orderEventTypes } from "../../machines/mod.ts";
import { Instant, Krw, Link } from "./common.ts";
import { Problem } from "./problem.ts";

/** Total: the compiler asks for every state. */
const states: Record<OrderState, true> = {
  ordered: true,
  paying: true,
  canceled: true,
  expired: true,
  paid: true,
  purchaseConfirmed: true,
  cancelRequested: true,
  restocked: true,
  refunding: true,
  refundFailed: true,
  partiallyRefunded: true,
  refunded: true,
};
const orderStates = Object.keys(states) as OrderState[];

export const State = Type.Union(orderStates.map((state) => Type.Literal(state)));
export const EventType = Type.Union(orderEventTypes.map((type) => Type.Literal(type)));

/** How an attempt at paying stands. `strayed`: captured when the order could not take it any more, so returned. */
export const PaymentOutcome = Type.Object({
  attempt: Type.Integer({ minimum: 1 }),
  status: Type.Union(
    (["unknown", "captured", "declined", "strayed"] as const).map((one) => Type.Literal(one)),
  ),
  amount: Krw,
  approvedAt: Type.Optional(Type.String()),
  tossCode: Type.Optional(Type.String()),
});

/** What a command did. Made from its stored reply, so a repeated request gets it word for word. */
export const CommandResult = Type.Object({
  commandId: Type.String(),
  orderId: Type.String(),
  state: State,
  event: EventType,
  seq: Type.Integer({ minimum: 1, description: "The event's place in the order's history" }),
  cancellationId: Type.Optional(Type.String()),
  payment: Type.Optional(PaymentOutcome),
  _links: Type.Record(Type.String(), Link),
});

/** A durable command without a reply yet. */
export const CommandPending = Type.Object({
  commandId: Type.String(),
  orderId: Type.String(),
  status: Type.Literal("pending"),
  _links: Type.Record(Type.String(), Link),
});

export const CommandDone = Type.Object({
  commandId: Type.String(),
  orderId: Type.String(),
  status: Type.Literal("done"),
  result: Type.Optional(CommandResult),
  problem: Type.Optional(Problem),
});

/** It failed by itself again and again and waits for an operator. */
export const CommandDead = Type.Object({
  commandId: Type.String(),
  orderId: Type.String(),
  status: Type.Literal("dead"),
  reason: Type.String(),
  at: Instant,
});

export const CommandView = Type.Union([CommandDone, CommandPending, CommandDead]);

/** A dead letter without its data, which may be personal. */
export const DeadLetterView = Type.Object({
  commandId: Type.String(),
  orderId: Type.String(),
  type: Type.String(),
  actor: Type.Object({ role: Type.String(), id: Type.String() }),
  issuedAt: Instant,
  reason: Type.String(),
  at: Instant,
  _links: Type.Record(Type.String(), Link),
});

export const DeadLetters = Type.Object({ deadLetters: Type.Array(DeadLetterView) });

export type PaymentOutcome = Static<typeof PaymentOutcome>;
export type CommandResult = Static<typeof CommandResult>;
export type CommandPending = Static<typeof CommandPending>;
export type CommandView = Static<typeof CommandView>;
export type DeadLetterView = Static<typeof DeadLetterView>;
export type DeadLetters = Static<typeof DeadLetters>;
