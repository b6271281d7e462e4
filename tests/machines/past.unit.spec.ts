import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  activeQuantity,
  balanceOf,
  createOrderDomain,
  createPast,
  DAY_MS,
  defaultPolicy,
  later,
  type OrderCommand,
  type OrderPolicy,
  type OrderSnapshot,
  orderAt,
  orderEventTypes,
  type Past,
  type PastEntry,
  stateOf,
} from "../../machines/mod.ts";
import { type Basket, bodyOf, cancels, decideFrozen, fails, of, paid, refunds, START } from "./builders.ts";
import { keep, openBook, total } from "./oracle.ts";
import { baskets, commandFor, type Step, steps } from "./random.ts";

const seed = Number(process.env.FC_SEED ?? 20_261_123);
const runs = Number(process.env.FC_RUNS ?? 2_000);
const policy: OrderPolicy = { ...defaultPolicy, maxPaymentAttempts: 4, maxCancellations: 5 };
const domain = createOrderDomain(policy);

/** What a past must show, read off the real order of that step. */
const shownOf = (snapshot: OrderSnapshot, seq: number, at: string): Past => {
  const order = snapshot.context;
  return {
    seq,
    at,
    state: stateOf(snapshot),
    lines: order.lines.map((line) => ({ ...line, active: activeQuantity(line) })),
    totalAmount: order.totalAmount,
    refundedAmount: order.refundedAmount,
    balance: balanceOf(order),
    payments: order.payments.map(({ attempt, status, paymentKey, requestedAt, approvedAt, failure }) => ({
      attempt,
      status,
      paymentKey,
      requestedAt,
      ...(approvedAt !== undefined && { approvedAt }),
      ...(failure && { failureCode: failure.code }),
    })),
    cancellations: order.cancellations.map(({ id, state, lines, amount, refundAttempts, failure }) => ({
      id,
      state,
      lines,
      amount,
      refundAttempts,
      ...(failure && { failureCode: failure.code }),
    })),
  };
};

interface Life {
  readonly order: OrderSnapshot;
  readonly entries: PastEntry[];
  /** The order as it was shown after each entry. */
  readonly shown: Past[];
}

/** An order's whole life under a random sequence of commands, many of which are refused. */
const live = (basket: Basket, startPaid: boolean, sequence: readonly Step[]): Life => {
  const data = bodyOf(basket);
  const entries: PastEntry[] = [];
  const shown: Past[] = [];
  let now = START;
  let order: OrderSnapshot | null = null;
  const take = (command: OrderCommand) => {
    const decision = decideFrozen(domain, order, command);
    if (!decision.accepted) return;
    order = decision.order;
    // As it is stored and sent: what JSON drops is dropped.
    entries.push({ ...JSON.parse(JSON.stringify(decision.event)), seq: entries.length + 1 });
    shown.push(shownOf(order, entries.length, decision.event.at));
  };
  take({ type: "order.place", data, at: now, id: "1" });
  const book = openBook(data.lines, { expiresAt: later(START, policy.paymentWindowMs), policy });
  const both = (command: OrderCommand) => {
    keep(book, command);
    take(command);
  };
  if (startPaid) {
    const amount = total(book);
    both({ type: "payment.request", data: { paymentKey: "payment-key-1", amount }, at: now, id: "2" });
    both({ type: "payment.capture", data: { attempt: 1, amount, approvedAt: now }, at: now, id: "3" });
  }
  for (const step of sequence) {
    now = later(now, step.days * DAY_MS + 1);
    both(commandFor(step, book, now));
  }
  if (!order) throw new Error("It was not placed.");
  return { order, entries, shown };
};

test(`orderAt_showsTheOrderAsItStood_everyStepOf${runs}RandomLives`, () => {
  const told = new Set<string>();
  fc.assert(
    fc.property(baskets, fc.boolean(), steps, (basket, startPaid, sequence) => {
      const { order, entries, shown } = live(basket, startPaid, sequence);
      const past = createPast(order.context, entries);
      for (const entry of entries) told.add(entry.type);
      for (const expected of shown) {
        const found = past.at(expected.seq);
        if (!Bun.deepEquals(found, expected)) expect(found).toEqual(expected);
      }
      const half = shown[Math.floor(shown.length / 2)];
      if (half) expect(orderAt(order.context, entries, half.seq)).toEqual(half);
    }),
    { seed, numRuns: runs, includeErrorInReport: true },
  );
  // The lives are not idle: every event came to be replayed.
  expect(orderEventTypes.filter((type) => !told.has(type))).toEqual([]);
}, 120_000);

const entriesOf = (its: { events: readonly Omit<PastEntry, "seq">[] }): PastEntry[] =>
  its.events.map((event, i) => ({ ...event, seq: i + 1 }));

/** Paid for three teas and a cup; a tea is refunded at the second try, a cup's cancellation withdrawn. */
const story = () => {
  const its = paid({ tea: [3, 1_000], cup: [1, 700] });
  const first = cancels(its, of("tea", 1));
  its.does("cancellation.restock", { cancellationId: first }).does("refund.begin", { cancellationId: first });
  fails(its, first).does("refund.retry", { cancellationId: first });
  its.does("refund.complete", {
    cancellationId: first,
    amount: 1_000,
    transactionKey: "t",
    canceledAt: its.now,
  });
  its.does("cancellation.withdraw", { cancellationId: cancels(its, of("cup", 1)) });
  return its.does("purchase.confirm", { lines: [of("tea", 1)] });
};

test("orderAt_readsAnyWay_backAndForthAndBeyondTheEnds", () => {
  const its = story();
  const entries = entriesOf(its);
  const past = createPast(its.order, entries);
  const newest = past.at(entries.length);
  expect(past.at(9_999)).toEqual(newest);
  expect(past.at(Number.POSITIVE_INFINITY)).toEqual(newest);
  expect(past.at(0)).toMatchObject({ seq: 0, at: null, state: "ordered", balance: 0, payments: [] });
  expect(past.at(-1)).toEqual(past.at(0));
  expect(past.at(Number.NaN)).toEqual(past.at(0));
  expect(past.at(3)).toMatchObject({ state: "paid", balance: 3_700, lines: [{ active: 3 }, { active: 1 }] });
  expect(past.at(entries.length)).toEqual(newest);
  expect(newest.lines).toMatchObject([{ active: 1, confirmed: 1, refunded: 1 }, { active: 1 }]);
});

test("orderAt_doesNotThrow_entriesWithoutDataOrOfANewerRelease", () => {
  const its = story();
  const bare = entriesOf(its).map((entry) => ({ ...entry, data: {} }));
  const odd = entriesOf(its).map((entry) => ({
    ...entry,
    data: { lines: [null], amount: "1", attempt: {}, cancellationId: 7 },
  }));
  const newer = entriesOf(its).map((entry) => ({ ...entry, type: "constructor" as PastEntry["type"] }));
  for (const entries of [bare, odd, newer, entriesOf(its).slice(5)]) {
    for (let seq = 0; seq <= its.events.length; seq += 1) {
      const { lines } = orderAt(its.order, entries, seq);
      for (const { active, confirmed, canceling, refunded, quantity } of lines) {
        expect(active + confirmed + canceling + refunded).toBe(quantity);
        expect(Math.min(active, confirmed, canceling, refunded)).toBeGreaterThanOrEqual(0);
      }
    }
  }
});

test("orderAt_takesPiecesFromTodaysOrder_anOlderReleaseDidNotRecordThem", () => {
  const its = paid({ tea: [3, 1_000], cup: [1, 700] });
  refunds(its, cancels(its, of("tea", 2)));
  its.does("purchase.confirm", {});
  const entries = entriesOf(its).map(({ data: { lines, amount, attempt, ...data }, ...entry }) => ({
    ...entry,
    data,
  }));
  expect(orderAt(its.order, entries, entries.length)).toEqual(
    orderAt(its.order, entriesOf(its), entries.length),
  );
});

test("createPast_readsEachEntryOnce_scrubbing10000EntriesBackAndForth", () => {
  const its = paid({ tea: [3, 1_000] });
  const notices = Array.from({ length: 10_000 - its.events.length }, () => ({
    type: "payment.noticed" as const,
    at: its.now,
    to: "paid" as const,
    data: {},
  }));
  let reads = 0;
  const entries = entriesOf({ events: [...its.events, ...notices] }).map(
    ({ type, ...entry }): PastEntry => ({
      ...entry,
      get type() {
        reads += 1;
        return type;
      },
    }),
  );
  const past = createPast(its.order, entries);
  expect(past.at(10)).toMatchObject({ seq: 10 });
  const few = reads;
  past.at(10_000);
  const whole = reads;
  for (let seq = 10_000; seq > 0; seq -= 1) past.at(seq);
  for (let seq = 1; seq <= 10_000; seq += 1) past.at(seq);
  // An entry's type is looked at a few times where it is applied, and never again.
  expect(few).toBeLessThanOrEqual(10 * 2);
  expect(whole).toBeLessThanOrEqual(10_000 * 2);
  expect(reads).toBe(whole);
  // Steps share what did not change.
  expect(past.at(9_999).payments).toBe(past.at(4).payments);
});
