import { TypeCompiler } from "@sinclair/typebox/compiler";
import { HistoryEntryView, OrderView } from "../../gateway/schemas/order.ts";
import { orderAt, type Past } from "../../machines/order/past.ts";
import type { Memory } from "./memory.ts";
import type { Tally } from "./tally.ts";

const isOrder = TypeCompiler.Compile(OrderView);
const isEntry = TypeCompiler.Compile(HistoryEntryView);

/**
 * Everything that must hold of an order at rest, read through the API, with what its customer remembers. False when the
 * answers have not even their shape.
 */
export const checkOrder = (
  tally: Tally,
  memory: Memory,
  order: unknown,
  entries: readonly unknown[],
): order is OrderView => {
  const fits = isOrder.Check(order) && entries.every((entry) => isEntry.Check(entry));
  tally.check("order and history fit their schemas", memory.orderId, fits, () => JSON.stringify(order));
  if (!fits) return false;
  const check = checkOf(tally, memory.orderId);
  const history = entries as readonly HistoryEntryView[];
  checkLines(check, order);
  checkMoney(check, order);
  checkConfirmed(check, order, history);
  checkHistory(check, order, history);
  checkTold(check, memory, history);
  checkExpected(check, memory, order);
  return true;
};

type Check = (invariant: string, found: unknown, expected: unknown) => void;

/** Compares as JSON would show it. */
const checkOf =
  (tally: Tally, orderId: string): Check =>
  (invariant, found, expected) =>
    tally.check(
      invariant,
      orderId,
      Bun.deepEquals(found, expected),
      () => `${JSON.stringify(found)}, not ${JSON.stringify(expected)}`,
    );

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

const checkLines = (check: Check, { lines, totalAmount }: OrderView): void => {
  check("Σ lines is the total", sum(lines.map((line) => line.unitPrice * line.quantity)), totalAmount);
  const places = lines.map(({ active, confirmed, canceling, refunded }) => [
    active + confirmed + canceling + refunded,
    Math.min(active, confirmed, canceling, refunded) >= 0,
  ]);
  const whole = lines.map(({ quantity }) => [quantity, true]);
  check("each piece of a line is in exactly one place", places, whole);
};

const checkMoney = (check: Check, order: OrderView): void => {
  const { balance, cancellations, lines, payments, refundedAmount, state, totalAmount } = order;
  const captures = payments.filter(({ status }) => status === "captured").length;
  const paid = captures * totalAmount;
  check("an order is paid at most once", captures <= 1, true);
  check("Σ refunded ≤ paid", refundedAmount <= paid, true);
  check("the balance is paid − refunded", balance, paid - refundedAmount);
  if (state === "refunded") check("nothing is held of a refunded order", balance, 0);
  const refunds = cancellations.filter((one) => one.state === "refunded").map(({ amount }) => amount);
  check("what was refunded is what its cancellations say", refundedAmount, sum(refunds));
  const price = (productId: string) => lines.find((line) => line.productId === productId)?.unitPrice ?? 0;
  const worth = cancellations.map((one) =>
    sum(one.lines.map(({ productId, quantity }) => price(productId) * quantity)),
  );
  check(
    "a cancellation is worth its pieces",
    worth,
    cancellations.map(({ amount }) => amount),
  );
};

/** By the pieces that events name, not by the order's own counts. */
const checkConfirmed = (check: Check, { lines }: OrderView, entries: readonly HistoryEntryView[]): void => {
  const free = new Map(lines.map(({ productId, quantity }) => [productId, quantity]));
  const canceled = new Map<unknown, Iterable<[string, number]>>();
  let overdrawn = 0;
  const take = (pieces: Iterable<[string, number]>, sign: 1 | -1) => {
    for (const [productId, quantity] of pieces) {
      const left = (free.get(productId) ?? 0) - sign * quantity;
      free.set(productId, left);
      if (left < 0) overdrawn += 1;
    }
  };
  for (const { type, data } of entries) {
    const pieces = piecesOf(data.lines);
    if (type === "purchase.confirmed" || type === "purchase.autoConfirmed") take(pieces, 1);
    if (type === "cancellation.requested") {
      take(pieces, 1);
      canceled.set(data.cancellationId, pieces);
    }
    if (type === "cancellation.withdrawn") take(canceled.get(data.cancellationId) ?? [], -1);
  }
  check("a confirmed piece is never cancelled, nor a cancelled one confirmed", overdrawn, 0);
};

const piecesOf = (lines: unknown): [string, number][] =>
  Array.isArray(lines) ? lines.map((one) => [String(one?.productId), Number(one?.quantity)]) : [];

const checkHistory = (check: Check, order: OrderView, entries: readonly HistoryEntryView[]): void => {
  check(
    "the history has no gap",
    entries.map(({ seq }) => seq),
    Array.from({ length: order.seq }, (_, index) => index + 1),
  );
  check(
    "each event begins where the last one ended",
    [...entries.map(({ from }) => from), order.state],
    [null, ...entries.map(({ to }) => to)],
  );
  const ids = entries.map(({ commandId }) => commandId);
  check("no command is in the history twice", new Set(ids).size, ids.length);
  check("the history replays to the order", visible(orderAt(order, entries, order.seq)), visible(order));
};

/** What a replay can know of an order. */
const visible = (order: OrderView | Past) => ({
  seq: order.seq,
  state: order.state,
  money: [order.totalAmount, order.refundedAmount, order.balance],
  lines: order.lines.map((line) => [
    line.productId,
    line.active,
    line.confirmed,
    line.canceling,
    line.refunded,
  ]),
  payments: order.payments.map(({ attempt, status }) => [attempt, status]),
  cancellations: order.cancellations.map(({ id, state, lines, amount, refundAttempts }) => [
    id,
    state,
    lines,
    amount,
    refundAttempts,
  ]),
});

const checkTold = (check: Check, { told }: Memory, entries: readonly HistoryEntryView[]): void => {
  const counts = new Map<string, number>();
  for (const { commandId } of entries) counts.set(commandId, (counts.get(commandId) ?? 0) + 1);
  for (const { action, commandId, took, state, event, seq } of told) {
    const count = counts.get(commandId) ?? 0;
    if (!took)
      check("a refused command is not in the history", [action, commandId, count], [action, commandId, 0]);
    else {
      check(
        "an acknowledged command is in the history once",
        [action, commandId, count],
        [action, commandId, 1],
      );
    }
    if (seq === undefined) continue;
    const entry = entries[Number(seq) - 1];
    check("what was acknowledged is what happened", [entry?.type, entry?.to], [event, state]);
  }
};

const checkExpected = (check: Check, memory: Memory, order: OrderView): void => {
  const { ending, lines, paid, script } = memory;
  if (!ending) return;
  const state = ending.includes(order.state) ? order.state : ending.join(" or ");
  const refunded = sum(lines.map((line) => line.refunded * line.unitPrice));
  check(
    "the order stands as its customer expects",
    {
      script,
      state: order.state,
      paid: order.payments.some(({ status }) => status === "captured"),
      refunded: order.refundedAmount,
      lines: order.lines.map((line) => [line.productId, line.confirmed, line.canceling, line.refunded]),
    },
    {
      script,
      state,
      paid,
      refunded,
      lines: lines.map((line) => [line.productId, line.confirmed, line.canceling, line.refunded]),
    },
  );
};
