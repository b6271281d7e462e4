import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  balanceOf,
  createOrderDomain,
  DAY_MS,
  type Decision,
  defaultPolicy,
  later,
  type OrderCommand,
  type OrderPolicy,
  type OrderSnapshot,
  orderEventTypes,
  refusalCodes,
  stateOf,
} from "../../machines/mod.ts";
import { assertInvariants } from "../../machines/order/invariants.ts";
import { bodyOf, decideFrozen, START } from "./builders.ts";
import { type Book, count, keep, openBook, refunded, shown, total } from "./oracle.ts";
import { type Basket, baskets, commandFor, type Step, steps } from "./random.ts";

const seed = Number(process.env.FC_SEED ?? 20_261_123);
const runs = Math.max(10_000, Number(process.env.FC_RUNS ?? 0));

const policy: OrderPolicy = { ...defaultPolicy, maxPaymentAttempts: 4, maxCancellations: 5 };
const domain = createOrderDomain(policy);

/** One sequence of commands: the machine's order, and the oracle's book of the same. */
interface Run {
  readonly book: Book;
  order: OrderSnapshot;
  now: string;
  readonly restocked: Set<string>;
}

const begin = (basket: Basket): Run => {
  const data = bodyOf(basket);
  const placed = decideFrozen(domain, null, { type: "order.place", data, at: START, id: "1" });
  if (!placed.accepted) throw new Error(placed.refusal.code);
  const { expiresAt } = placed.order.context;
  return {
    book: openBook(data.lines, { expiresAt, policy }),
    order: placed.order,
    now: START,
    restocked: new Set(),
  };
};

const holdsThroughout = ({ book, order }: Run): void => {
  const { context } = order;
  assertInvariants(context);
  expect(stateOf(order)).toBe(shown(book) as ReturnType<typeof stateOf>);
  expect(context.refundedAmount).toBe(refunded(book));
  expect(context.refundedAmount).toBeLessThanOrEqual(context.totalAmount);
  expect(balanceOf(context)).toBe(book.paidAt ? total(book) - refunded(book) : 0);
  for (const line of context.lines) {
    const { productId: product, confirmed, canceling, refunded: back } = line;
    expect([confirmed, canceling, back]).toEqual([
      count(book, product, "confirmed"),
      count(book, product, "canceling"),
      count(book, product, "refunded"),
    ]);
  }
};

/** Of each accepted step: what was confirmed or refunded stays so, and money goes back only for what came back. */
const holdsOfStep = (
  run: Run,
  command: OrderCommand,
  { order, effects }: Extract<Decision, { accepted: true }>,
) => {
  const before = run.order.context;
  order.context.lines.forEach((line, i) => {
    expect(line.confirmed).toBeGreaterThanOrEqual(before.lines[i]?.confirmed ?? 0);
    expect(line.refunded).toBeGreaterThanOrEqual(before.lines[i]?.refunded ?? 0);
  });
  if (command.type === "cancellation.restock") run.restocked.add(command.data.cancellationId);
  for (const effect of effects) {
    if (effect.type !== "payment.refund") continue;
    if ("strayAttempt" in effect.for) {
      expect(run.book.payments[effect.for.strayAttempt - 1]?.status).toBe("stray");
      expect([effect.amount, effect.refundable]).toEqual([total(run.book), total(run.book)]);
    } else {
      expect(run.book.paidAt).toBeDefined();
      expect(run.restocked.has(effect.for.cancellationId)).toBe(true);
      expect(effect.refundable).toBe(total(run.book) - refunded(run.book));
      expect(effect.amount).toBeLessThanOrEqual(effect.refundable);
    }
  }
};

/** Half of the sequences begin with a captured payment, so that much of them is about pieces. */
const payment = ({ book, now: at }: Run): OrderCommand[] => {
  const amount = total(book);
  return [
    { type: "payment.request", data: { paymentKey: "payment-key-1", amount }, at, id: "2" },
    { type: "payment.capture", data: { attempt: 1, amount, approvedAt: at }, at, id: "3" },
  ];
};

/** How often each event and each refusal came. */
const told = new Map<string, number>();

const play = (run: Run, step: Step): void => {
  run.now = later(run.now, step.days * DAY_MS + 1);
  take(run, commandFor(step, run.book, run.now));
};

const take = (run: Run, command: OrderCommand): void => {
  const before = JSON.stringify(run.order.context);
  const decision = decideFrozen(domain, run.order, command);
  const expected = keep(run.book, command);
  if (decision.accepted !== expected) {
    const why = decision.accepted ? "" : decision.refusal.code;
    throw new Error(`${JSON.stringify(command)} was ${expected ? `refused: ${why}` : "accepted"}`);
  }
  const name = decision.accepted ? decision.event.type : decision.refusal.code;
  told.set(name, (told.get(name) ?? 0) + 1);
  if (decision.accepted) {
    holdsOfStep(run, command, decision);
    run.order = decision.order;
  } else {
    expect(JSON.stringify(run.order.context)).toBe(before);
  }
};

test(`order_agreesWithTheOracle_${runs} random command sequences`, () => {
  console.log(`random command sequences: FC_SEED=${seed} FC_RUNS=${runs}`);
  fc.assert(
    fc.property(baskets, fc.boolean(), steps, (basket, paid, sequence) => {
      const run = begin(basket);
      if (paid) for (const command of payment(run)) take(run, command);
      holdsThroughout(run);
      for (const step of sequence) {
        play(run, step);
        holdsThroughout(run);
      }
    }),
    { seed, numRuns: runs, includeErrorInReport: true },
  );
}, 120_000);

test("sequences_reachEveryEventAndMostRefusals_theyAreNotIdle", () => {
  const rare = orderEventTypes.filter(
    (type) => type !== "order.placed" && (told.get(type) ?? 0) < runs / 100,
  );
  expect(rare).toEqual([]);
  // What only placing an order, the edge or another order can cause.
  const elsewhere = ["ORDER_NOT_FOUND", "TOO_MANY_LINES", "TOTAL_MISMATCH", "PAYMENT_METHOD_NOT_ACCEPTED"];
  const never = refusalCodes.filter(
    (code) => !told.has(code) && !elsewhere.includes(code) && !code.startsWith("AMOUNT_"),
  );
  expect(never).toEqual([]);
});
