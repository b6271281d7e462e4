import { expect, test } from "bun:test";
import fc from "fast-check";
import { initialTransition, transition } from "xstate";
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
import { recordedOutcome } from "../../machines/order/recorded.ts";
import { bodyOf, decideFrozen, START } from "./builders.ts";
import { type Book, count, keep, openBook, refunded, shown, total } from "./oracle.ts";
import { type Basket, baskets, commandFor, type Step, steps } from "./random.ts";

const seed = Number(process.env.FC_SEED ?? 20_261_123);
const runs = Number(process.env.FC_RUNS ?? 10_000);

const policy: OrderPolicy = { ...defaultPolicy, maxPaymentAttempts: 4, maxCancellations: 5 };
const domain = createOrderDomain(policy);

/** One sequence of commands: the machine's order, and the oracle's book of the same. */
interface Run {
  readonly book: Book;
  order: OrderSnapshot;
  now: string;
  readonly restocked: Set<string>;
  /** XState is asked too: of one sequence in five, since that takes as long as all the rest. */
  readonly asksXState: boolean;
}

let begun = 0;

const begin = (basket: Basket): Run => {
  begun += 1;
  const data = bodyOf(basket);
  const placed = decideFrozen(domain, null, { type: "order.place", data, at: START, id: "1" });
  if (!placed.accepted) throw new Error(placed.refusal.code);
  const input = {
    orderId: placed.order.context.orderId,
    command: { type: "order.place", data, at: START, id: "1" },
  } as const;
  agreesWithXState(initialTransition(domain.machine, input), placed, placed.order);
  const { expiresAt } = placed.order.context;
  return {
    book: openBook(data.lines, { expiresAt, policy }),
    order: placed.order,
    now: START,
    restocked: new Set(),
    asksXState: begun % 5 === 0,
  };
};

/** Throws when they differ. Millions of comparisons: `expect` would take most of the time. */
const same = (found: unknown, expected: unknown, what: string): void => {
  if (found !== expected) throw new Error(`${what}: the order has ${found}, the book ${expected}`);
};

const holdsThroughout = ({ book, order }: Run): void => {
  const { context } = order;
  assertInvariants(context);
  same(stateOf(order), shown(book), "state");
  same(context.refundedAmount, refunded(book), "refunded KRW");
  same(balanceOf(context), book.paidAt ? total(book) - refunded(book) : 0, "balance");
  same(context.refundedAmount <= context.totalAmount, true, "refunded at most what was paid");
  for (const line of context.lines) {
    const { productId: product } = line;
    same(line.confirmed, count(book, product, "confirmed"), `confirmed ${product}`);
    same(line.canceling, count(book, product, "canceling"), `canceling ${product}`);
    same(line.refunded, count(book, product, "refunded"), `refunded ${product}`);
    const active = line.quantity - line.confirmed - line.canceling - line.refunded;
    same(active, count(book, product, "active"), `active ${product}`);
  }
};

/** Of each accepted step: what was confirmed or refunded stays so, and money goes back only for what came back. */
const holdsOfStep = (
  run: Run,
  command: OrderCommand,
  { order, effects }: Extract<Decision, { accepted: true }>,
) => {
  const { lines: before } = run.order.context;
  order.context.lines.forEach((line, i) => {
    same(line.confirmed >= (before[i]?.confirmed ?? 0), true, "a confirmed piece stays confirmed");
    same(line.refunded >= (before[i]?.refunded ?? 0), true, "a refunded piece stays refunded");
  });
  if (command.type === "cancellation.restock") run.restocked.add(command.data.cancellationId);
  for (const effect of effects) {
    if (effect.type !== "payment.refund") continue;
    if ("strayAttempt" in effect.for) {
      same(run.book.payments[effect.for.strayAttempt - 1]?.status, "stray", "payment");
      const captured = command.type === "payment.capture" ? command.data.amount : 0;
      same(effect.amount, captured, "stray KRW");
      same(effect.refundable, captured, "stray refundable KRW");
    } else {
      same(run.book.paidAt !== undefined, true, "only what was paid is refunded");
      same(run.restocked.has(effect.for.cancellationId), true, "only what was restocked is refunded");
      same(effect.refundable, total(run.book) - refunded(run.book), "refundable KRW");
      same(effect.amount <= effect.refundable, true, "refund within the balance");
    }
  }
};

/** What XState's own interpreter makes of the command: the domain asks it once for each kind of step. */
const agreesWithXState = (
  [asked, actions]: readonly [OrderSnapshot, readonly unknown[]],
  decision: Decision,
  before: OrderSnapshot,
) => {
  const placed = decision.accepted && decision.event.type === "order.placed";
  same(recordedOutcome(actions), decision.accepted && !placed ? decision.event.type : undefined, "event");
  const found = decision.accepted ? decision.order : before;
  same(JSON.stringify(found.value), JSON.stringify(asked.value), "state value");
  same(found.status, asked.status, "status");
  same(Bun.deepEquals(found.context, asked.context, true), true, "the same context as XState's");
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
  const decision = decideFrozen(domain, run.order, command);
  if (run.asksXState) {
    agreesWithXState(transition(domain.machine, run.order, command), decision, run.order);
  }
  const expected = keep(run.book, command);
  if (decision.accepted !== expected) {
    const why = decision.accepted ? "" : decision.refusal.code;
    throw new Error(`${JSON.stringify(command)} was ${expected ? `refused: ${why}` : "accepted"}`);
  }
  const name = decision.accepted ? decision.event.type : decision.refusal.code;
  told.set(name, (told.get(name) ?? 0) + 1);
  if (!decision.accepted) return; // and nothing changed: the order is frozen
  holdsOfStep(run, command, decision);
  run.order = decision.order;
};

test(`order_agreesWithTheOracle_${runs}RandomCommandSequences`, () => {
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
