import { expect, test } from "bun:test";
import type { HistoryEntryView, OrderView } from "../../../gateway/schemas/order.ts";
import type { Channel, Delivered, SettledDay } from "./evidence.ts";
import { type Honest, honest, type WritableOp } from "./honest.ts";
import { checkAll } from "./mod.ts";

test("checkAll_findsNothing_honestRun", async () => {
  const evidence = await honest();
  expect(evidence.ops.length).toBe(13);
  expect(evidence.history.length).toBe(8);
  expect(checkAll(evidence)).toEqual([]);
});

type Entry = { -readonly [K in keyof HistoryEntryView]: HistoryEntryView[K] };

/** The nth operation, from 1. */
const op = ({ ops }: Honest, n: number) => ops[n - 1] as WritableOp;
const answer = (evidence: Honest, n: number) => op(evidence, n).answer?.body as Record<string, unknown>;
/** The stored history, which the store's order and history share. */
const entry = ({ history }: Honest, seq: number) => history[seq - 1] as Entry;
const last = ({ ops }: Honest) => ops.at(-1) as WritableOp;
const channel = ({ channels }: Honest) => channels[0] as Channel & { delivered: Delivered[] };
const day = ({ days }: Honest) => days[0] as { -readonly [K in keyof SettledDay]: SettledDay[K] };
const account = ({ accounts }: Honest) => accounts[0] as unknown as { captures: number[]; refunds: number[] };
const append = (evidence: Honest, from: WritableOp, change: object) => {
  const at = Number(last(evidence).returnedAt);
  evidence.ops.push({
    ...structuredClone(from),
    n: evidence.ops.length + 1,
    invokedAt: at + 10,
    returnedAt: at + 20,
    ...change,
  });
};

/** Each lie, which check must find it, and what that check must say. */
const lies: readonly (readonly [
  lie: string,
  tell: (evidence: Honest) => unknown,
  check: string,
  says: string,
])[] = [
  // What was acknowledged.
  [
    "anAcknowledgedCommandIsNotThere",
    (evidence) =>
      Object.assign(entry(evidence, 5), { commandId: "other.command", actor: { role: "system", id: "x" } }),
    "acknowledged",
    "an acknowledged command is lost",
  ],
  [
    "anAcknowledgedOrderIsNotThere",
    (evidence) => {
      evidence.orders = new Map();
    },
    "acknowledged",
    "an acknowledged command is lost",
  ],
  [
    "aCommandIsThereTwice",
    (evidence) => Object.assign(entry(evidence, 5), { commandId: entry(evidence, 4).commandId }),
    "acknowledged",
    "a command is in the history twice",
  ],
  [
    "aRefusedCommandTookPlace",
    (evidence) => Object.assign(entry(evidence, 7), { commandId: answer(evidence, 11).commandId }),
    "acknowledged",
    "a refused command took place",
  ],
  [
    "anotherEventHappenedThanWasTold",
    (evidence) => Object.assign(answer(evidence, 7), { event: "purchase.autoConfirmed" }),
    "acknowledged",
    "what was acknowledged is not what happened",
  ],
  [
    "anotherPlaceWasTold",
    (evidence) => Object.assign(answer(evidence, 7), { seq: 99 }),
    "acknowledged",
    "what was acknowledged is not what happened",
  ],
  [
    "somethingHappenedThatNobodyAsked",
    (evidence) => Object.assign(entry(evidence, 3), { actor: { role: "operator", id: "local" } }),
    "acknowledged",
    "something happened that nobody asked",
  ],
  [
    "aPromiseIsNotKept",
    (evidence) => {
      evidence.promised = new Map([["o.c", "pending"]]);
    },
    "promised",
    "a command was promised by 202 and is pending",
  ],
  // One key, one answer.
  [
    "oneKeyHasTwoAnswers",
    (evidence) => Object.assign(answer(evidence, 6), { state: "refunded" }),
    "answers",
    "the same Idempotency-Key was answered in two ways",
  ],
  [
    "oneKeyIsAcceptedAndRefused",
    (evidence) =>
      append(evidence, op(evidence, 11), { commandId: (op(evidence, 7) as { commandId: string }).commandId }),
    "answers",
    "the same Idempotency-Key was answered in two ways",
  ],
  // Real time.
  [
    "aReadIsOlderThanWhatWasAcknowledged",
    (evidence) => append(evidence, op(evidence, 2), {}),
    "linearizable",
    "a read is stale: it stands at 1, and 8 had been shown",
  ],
  [
    "twoReadsGoBackInTime",
    (evidence) => {
      const { invokedAt } = op(evidence, 2);
      const early = { invokedAt: invokedAt - 5, returnedAt: invokedAt - 4, n: 0 };
      evidence.ops.unshift({ ...structuredClone(op(evidence, 4)), ...early, client: 2 });
    },
    "linearizable",
    "a read is stale: it stands at 1, and 2 had been shown",
  ],
  [
    "anOrderIsNotFoundAfterItWasPlaced",
    (evidence) =>
      append(evidence, op(evidence, 2), { answer: { status: 404, body: { code: "ORDER_NOT_FOUND" } } }),
    "linearizable",
    "an order was not found that was there",
  ],
  [
    "aCommandTakesPlaceBeforeItWasAsked",
    (evidence) => {
      const shown = Number(op(evidence, 9).returnedAt);
      Object.assign(op(evidence, 8), { invokedAt: shown + 1, returnedAt: shown + 2 });
    },
    "linearizable",
    "a command took place before it was asked: it stands at 5, and 5 had been shown",
  ],
  [
    "aCommandWithoutAnAnswerTakesPlaceBeforeItWasAsked",
    (evidence) => {
      const shown = Number(op(evidence, 9).returnedAt);
      Object.assign(op(evidence, 8), { invokedAt: shown + 1, returnedAt: null, answer: null });
    },
    "linearizable",
    "a command took place before it was asked",
  ],
  // What was read.
  [
    "aReadSeesMoneyThatNeverMoved",
    (evidence) => Object.assign(answer(evidence, 4), { refundedAmount: 1 }),
    "reads",
    "the order that was read is not what its history makes it",
  ],
  [
    "aReadSeesAnotherHistory",
    (evidence) => {
      const entries = answer(evidence, 9).entries as Entry[];
      Object.assign(entries[1] ?? {}, { type: "order.expired" });
    },
    "reads",
    "the history that was read is no prefix",
  ],
  [
    "aReadSeesMoreThanHappened",
    (evidence) => {
      evidence.history.pop();
    },
    "reads",
    "more was read than happened",
  ],
  [
    "aReadSeesAnOrderThatIsNotStored",
    (evidence) => {
      evidence.orders = new Map();
    },
    "reads",
    "an order was read that is not stored",
  ],
  // What was refused.
  [
    "aRefusalHasNoReason",
    (evidence) => Object.assign(answer(evidence, 11), { code: "NOTHING_TO_CANCEL" }),
    "refusals",
    "refused with NOTHING_TO_CANCEL, which held at none of the steps",
  ],
  [
    "aRefusalComesBeforeItsReason",
    (evidence) => {
      // Asked again after the order was placed and before it was paid: it was payable.
      const { invokedAt } = op(evidence, 2);
      const body = { ...answer(evidence, 11), code: "ORDER_NOT_PAYABLE", commandId: "o.early" };
      evidence.ops.unshift({
        ...structuredClone(op(evidence, 11)),
        ...{ commandId: "o.early", n: 0, answer: { status: 409, body } },
        ...{ invokedAt: invokedAt + 1, returnedAt: invokedAt + 2 },
      } as WritableOp);
    },
    "refusals",
    "refused with ORDER_NOT_PAYABLE, which held at none of the steps 1 to 1",
  ],
  // What is stored.
  ["theHistoryHasAGap", (evidence) => evidence.history.splice(4, 1), "stored", "the history has a gap"],
  [
    "anEventDoesNotBeginWhereTheLastEnded",
    (evidence) => Object.assign(entry(evidence, 3), { from: "ordered" }),
    "stored",
    "an event does not begin where the last one ended",
  ],
  [
    "theOrderIsNotWhatItsHistoryMakesIt",
    (evidence) => Object.assign(evidence.order, { refundedAmount: 24_000 }),
    "stored",
    "the history does not replay to the order",
  ],
  [
    "workAtTossIsLeft",
    (evidence) => {
      evidence.order.effects = [{ id: "refund:1:1" }] as unknown as OrderView["effects"];
    },
    "stored",
    "work at Toss is left",
  ],
  [
    "theOrderWaits",
    (evidence) => Object.assign(evidence.order, { state: "refunding" }),
    "stored",
    "the order waits for the runtime or for Toss",
  ],
  [
    "theOutboxIsNotEmpty",
    (evidence) => {
      const { order, history } = evidence;
      evidence.orders = new Map([[evidence.orderId, { order, history, publishedSeq: 3 }]]);
    },
    "stored",
    "events wait in the outbox",
  ],
  // What was delivered.
  [
    "anEventNeverCame",
    (evidence) => channel(evidence).delivered.pop(),
    "events",
    "events from 8 to 8 never came",
  ],
  [
    "anEventIsLeftOut",
    (evidence) => channel(evidence).delivered.splice(3, 1),
    "events",
    "event 5 came before event 4",
  ],
  [
    "eventsAreOutOfOrder",
    (evidence) => channel(evidence).delivered.reverse(),
    "events",
    "event 8 came before event 1",
  ],
  [
    "anEventCameOfWhatDidNotHappen",
    (evidence) => Object.assign(channel(evidence).delivered[3] ?? {}, { type: "order.expired" }),
    "events",
    "an event came of what did not happen",
  ],
  // Money.
  [
    "aCaptureIsDoubled",
    (evidence) => account(evidence).captures.push(39_000),
    "money",
    "the provider moved other money",
  ],
  [
    "aRefundIsDoubled",
    (evidence) => account(evidence).refunds.push(12_000),
    "money",
    "the provider moved other money",
  ],
  ["aRefundIsLost", (evidence) => account(evidence).refunds.pop(), "money", "the provider moved other money"],
  [
    "moneyMovedOfAPaymentNobodyHas",
    (evidence) => {
      const stray = { paymentKey: "k", orderId: "o", captures: [1_000], refunds: [] };
      evidence.accounts = [...evidence.accounts, stray];
    },
    "money",
    "the provider moved money of a payment that no order has",
  ],
  // Settlement.
  [
    "aRowIsNotInTheSettlementLedger",
    (evidence) => (day(evidence).settlementLedger as unknown[]).pop(),
    "settlement",
    "1 rows are not in the settlement ledger",
  ],
  [
    "aRowIsInTheSettlementLedgerTwice",
    (evidence) => {
      const { settlementLedger } = day(evidence);
      day(evidence).settlementLedger = [...settlementLedger, ...settlementLedger.slice(0, 1)];
    },
    "settlement",
    "the settlement ledger has a row 2 times",
  ],
  [
    "aRowIsAnotherInTheSettlementLedger",
    (evidence) => Object.assign(day(evidence).settlementLedger[0] ?? {}, { amount: 1 }),
    "settlement",
    "the settlement ledger has another row",
  ],
  [
    "aRowIsInTheOrderLedgerTwice",
    (evidence) => {
      day(evidence).orderLedger = new Map([...day(evidence).orderLedger].map(([key]) => [key, 2]));
    },
    "settlement",
    "3 rows are not in the order ledger once",
  ],
  [
    "accountingCountsARowTwice",
    (evidence) => Object.assign(day(evidence).accounting[0] ?? {}, { rows: 4 }),
    "settlement",
    "accounting adds up to something else",
  ],
  [
    "aDayIsNotComplete",
    (evidence) => Object.assign(day(evidence), { status: "running" }),
    "settlement",
    "the run of the day is running",
  ],
  // The audit trail.
  [
    "anEntryWasChangedPastJumun",
    (evidence) => {
      const finding = { code: "CHAIN_BROKEN", orderId: "o", expected: "a", found: "b" } as const;
      evidence.audit = { ...evidence.audit, findings: [finding] };
    },
    "audit",
    "the audit trail finds CHAIN_BROKEN",
  ],
  [
    "anOrderIsLeftUnsealed",
    (evidence) => {
      evidence.audit = { ...evidence.audit, unsealed: 1 };
    },
    "audit",
    "1 orders are unsealed",
  ],
  // That there was something to check.
  [
    "nobodyWasAnswered",
    (evidence) => {
      for (const one of evidence.ops) Object.assign(one, { answer: null, returnedAt: null });
    },
    "fed",
    "there are no accepted commands, so nothing is proved",
  ],
  [
    "nobodyListened",
    (evidence) => Object.assign(channel(evidence), { orderIds: [], delivered: [] }),
    "fed",
    "there are no events by JetStream, so nothing is proved",
  ],
  [
    "theGatewayLetsNobodyIn",
    (evidence) =>
      append(evidence, op(evidence, 2), { answer: { status: 401, body: { code: "UNAUTHENTICATED" } } }),
    "fed",
    "a request was turned away with 401",
  ],
  // The run itself.
  [
    "aProcessEndedByItself",
    (evidence) => evidence.troubles.push("runtime 1 ended by itself (exit code 1)"),
    "rest",
    "runtime 1 ended by itself",
  ],
];

test.each(lies)("checkAll_findsIt_%s", async (_lie, tell, check, says) => {
  const evidence = await honest();
  tell(evidence);
  const found = checkAll(evidence).filter((one) => one.check === check);
  expect(found.map(({ message }) => message).join("\n")).toContain(says);
});

/** What must not count: the system may do so. */
const allowed: readonly (readonly [what: string, tell: (evidence: Honest) => unknown])[] = [
  [
    "anUnansweredCommandTookPlace",
    (evidence) => Object.assign(op(evidence, 7), { returnedAt: null, answer: null }),
  ],
  [
    "anUnansweredCommandDidNotTakePlace",
    (evidence) => append(evidence, op(evidence, 7), { commandId: "o.never", returnedAt: null, answer: null }),
  ],
  [
    "anEventCameTwice",
    (evidence) => channel(evidence).delivered.splice(3, 0, ...channel(evidence).delivered.slice(1, 3)),
  ],
  [
    "aReadOverlapsTheCommandThatItDoesNotSee",
    (evidence) => Object.assign(op(evidence, 4), { returnedAt: 1_000_000 }),
  ],
  [
    "theStoreWasAwayForARead",
    (evidence) =>
      append(evidence, op(evidence, 2), { answer: { status: 503, body: { code: "STORE_UNAVAILABLE" } } }),
  ],
];

test.each(allowed)("checkAll_findsNothing_%s", async (_what, tell) => {
  const evidence = await honest();
  tell(evidence);
  expect(checkAll(evidence)).toEqual([]);
});
