import { createPast, type Past } from "../../../machines/order/past.ts";
import type { CommandOp, Op } from "../clients/op.ts";
import { type Check, type StoredOrder, violationsOf } from "./evidence.ts";
import { outcomeOf, seqOf } from "./outcome.ts";
import { seenBy } from "./seen.ts";

/** Whether an order that stood so could give this refusal. Codes that are not here are not judged. */
const couldBe: Readonly<Record<string, (past: Past, cancellationId: string | undefined) => boolean>> = {
  ORDER_NOT_PAYABLE: ({ state }) => state !== "ordered" && state !== "paying",
  PAYMENT_IN_PROGRESS: ({ state }) => state === "paying",
  UNPAID_CANCEL_IS_WHOLE: ({ state }) => state === "ordered",
  ORDER_NOT_CONFIRMABLE: ({ balance, refundedAmount }) => balance === 0 && refundedAmount === 0,
  ORDER_NOT_CANCELABLE: ({ state }) => state === "canceled" || state === "expired",
  NOTHING_TO_CONFIRM: ({ lines }) => lines.every(({ active }) => active === 0),
  NOTHING_TO_CANCEL: ({ lines }) => lines.every(({ active }) => active === 0),
  ITEM_ALREADY_CONFIRMED: ({ lines }) => lines.some(({ confirmed }) => confirmed > 0),
  ITEM_ALREADY_CANCELING: ({ lines }) => lines.some(({ canceling }) => canceling > 0),
  ITEM_ALREADY_REFUNDED: ({ lines }) => lines.some(({ refunded }) => refunded > 0),
  CANCELLATION_NOT_FOUND: ({ cancellations }, id) => !cancellations.some((one) => one.id === id),
  CANCELLATION_WITHDRAWN: (past, id) => stateOf(past, id) === "withdrawn",
  CANCELLATION_ALREADY_RESTOCKED: (past, id) => !["requested", "withdrawn"].includes(stateOf(past, id) ?? ""),
};

const stateOf = ({ cancellations }: Past, id: string | undefined) =>
  cancellations.find((one) => one.id === id)?.state;

/**
 * A refusal is an operation of its own that takes place at some moment between its request and its answer: at one of
 * the states that the order could be in by then, its reason must have held.
 */
export const checkRefusals: Check = ({ ops, orders }) =>
  violationsOf(
    "refusals",
    [...Map.groupBy(ops, ({ orderId }) => orderId)].flatMap(([orderId, its]) => {
      const stored = orders.get(orderId);
      return stored ? unfounded(its, stored) : [];
    }),
  );

const unfounded = (ops: readonly Op[], { order, history }: StoredOrder) => {
  const commands = ops.filter((op): op is CommandOp => op.kind === "command");
  const firstAsked = new Map<string, number>();
  for (const { commandId, invokedAt } of commands) {
    if (!firstAsked.has(commandId)) firstAsked.set(commandId, invokedAt);
  }
  const past = createPast(order, history);
  /** The shortest the history can have been at a moment: what somebody had been shown. */
  const shortest = (at: number) => {
    const shown = ops.filter(({ returnedAt }) => returnedAt !== null && returnedAt < at).map(shownBy);
    return Math.max(1, ...shown);
  };
  /** The longest: up to what was asked for only later. */
  const longest = (at: number) => {
    const later = history.find(({ commandId }) => (firstAsked.get(commandId) ?? 0) > at);
    return later ? later.seq - 1 : history.length;
  };
  return [...Map.groupBy(commands.filter(isRefused), ({ commandId }) => commandId).values()].flatMap(
    ([op]) => {
      const holds = op && couldBe[String(op.answer?.body.code)];
      if (!holds) return [];
      const from = shortest(firstAsked.get(op.commandId) ?? op.invokedAt);
      const to = longest(op.returnedAt ?? 0);
      const id = /cancellations\/(\w+)/.exec(op.path)?.[1];
      for (let seq = from; seq <= to; seq += 1) if (holds(past.at(seq), id)) return [];
      const message = `refused with ${op.answer?.body.code}, which held at none of the steps ${from} to ${to}`;
      return [{ about: op.orderId, message, shown: { op, history: history.slice(0, to) } }];
    },
  );
};

const isRefused = ({ answer }: CommandOp) => outcomeOf(answer) === "refused";

const shownBy = (op: Op): number =>
  (op.kind === "command" ? (outcomeOf(op.answer) === "accepted" ? seqOf(op) : 0) : seenBy(op)) ?? 0;
