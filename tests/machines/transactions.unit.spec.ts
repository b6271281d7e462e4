import { expect, test } from "bun:test";
import { moneyDatesOf, moneyEvents, type Order, readOrder, transactionsOf } from "../../machines/mod.ts";
import paidV1 from "../fixtures/order-snapshot-v1-paid.json";
import {
  beginsRefund,
  cancels,
  captureOf,
  captures,
  completes,
  decideFrozen,
  declines,
  fails,
  of,
  ordered,
  paid,
  paying,
  pays,
  refunds,
  type Story,
} from "./builders.ts";
import { paymentModel, pieceModel, statesOf } from "./model.ts";

const canceled = (): Story => {
  const its = declines(paying(), 1);
  cancels(its);
  return its;
};

const CAPTURE = {
  orderId: "order-of-test",
  kind: "capture",
  paymentKey: "payment-key-1",
  transactionKey: "capture-1",
  amount: 10_000,
  at: "2026-11-23T01:00:01.000Z",
} as const;

test("transactionsOf_isEmpty_nothingWasCaptured", () => {
  for (const its of [ordered(), paying(), declines(paying(), 1), canceled()]) {
    expect(transactionsOf(its.order)).toEqual([]);
    expect(moneyDatesOf(its.order)).toEqual([]);
  }
});

test("transactionsOf_isTheCapture_paid", () => {
  expect(transactionsOf(paid().order)).toEqual([CAPTURE]);
});

test("transactionsOf_hasEachRefundBelowZero_partialRefunds", () => {
  const its = paid();
  refunds(its, cancels(its, of("tea", 1)));
  refunds(its, cancels(its, of("cup", 1)));
  const refund = { ...CAPTURE, kind: "refund" as const, at: "2026-11-25T01:00:00.000Z" };
  expect(transactionsOf(its.order)).toEqual([
    CAPTURE,
    { ...refund, transactionKey: "refund-1", amount: -1_000 },
    { ...refund, transactionKey: "refund-2", amount: -7_000 },
  ]);
  expect(moneyDatesOf(its.order)).toEqual(["2026-11-23", "2026-11-25"]);
});

test("transactionsOf_leavesOut_refundsThatDidNotHappen", () => {
  const its = paid();
  const failed = cancels(its, of("tea", 1));
  fails(beginsRefund(its, failed), failed);
  cancels(its, of("cup", 1));
  expect(transactionsOf(its.order)).toEqual([CAPTURE]);
});

test("transactionsOf_hasBoth_strayPaymentThatWentBack", () => {
  const its = captures(canceled(), 1);
  expect(transactionsOf(its.order)).toEqual([CAPTURE]);
  its.does("stray.fail", { attempt: 1, code: "FORBIDDEN", message: "Toss says no." });
  expect(transactionsOf(its.order)).toEqual([CAPTURE]);
  its.does("stray.complete", {
    attempt: 1,
    transactionKey: "back-1",
    canceledAt: "2026-11-24T00:30:00+09:00",
  });
  expect(transactionsOf(its.order)).toEqual([
    CAPTURE,
    { ...CAPTURE, kind: "refund", transactionKey: "back-1", amount: -10_000, at: "2026-11-23T15:30:00.000Z" },
  ]);
  expect(moneyDatesOf(its.order)).toEqual(["2026-11-23", "2026-11-24"]);
});

test("transactionsOf_hasWhatWasCaptured_anotherAmountThanTheTotal", () => {
  const its = paying().does("payment.capture", captureOf({ totalAmount: 9_000 }, 1));
  its.until("2026-11-24T01:00:00.000Z").does("stray.complete", { attempt: 1 });
  expect(transactionsOf(its.order).map(({ amount }) => amount)).toEqual([9_000, -9_000]);
});

test("transactionsOf_takesTheTimeItWasLearnt_strayRefundWithoutOne", () => {
  const its = captures(canceled(), 1)
    .until("2026-11-26T03:00:00.000Z")
    .does("stray.complete", { attempt: 1 });
  const [, refund] = transactionsOf(its.order);
  expect(refund).toEqual({
    orderId: "order-of-test",
    kind: "refund",
    paymentKey: "payment-key-1",
    amount: -10_000,
    at: "2026-11-26T03:00:00.000Z",
  });
});

test("transactionsOf_hasTheStrayBesideThePaid_twoPaymentsOfOneOrder", () => {
  const its = captures(captures(pays(declines(paying(), 1)), 2), 1);
  expect(transactionsOf(its.order).map(({ paymentKey, amount }) => [paymentKey, amount])).toEqual([
    ["payment-key-1", 10_000],
    ["payment-key-2", 10_000],
  ]);
});

test("transactionsOf_fallsBackOnOurOwnTimes_whatAnEarlierReleaseStored", () => {
  const its = captures(canceled(), 1).does("stray.complete", { attempt: 1 });
  const old: Order = {
    ...its.order,
    payments: its.order.payments.map(({ refund: _, ...payment }) => ({ ...payment, approvedAt: "" })),
  };
  const { requestedAt } = its.order.payments[0] ?? {};
  expect(transactionsOf(old).map(({ at }) => at)).toEqual([requestedAt ?? "", requestedAt ?? ""]);
});

test("readOrder_upgrades_version1", () => {
  expect(transactionsOf(readOrder(paidV1))).toMatchObject([
    { kind: "capture", paymentKey: "payment-key-1" },
    { kind: "refund", paymentKey: "payment-key-1" },
  ]);
  expect(() => readOrder({ ...paidV1, machine: "other" })).toThrow("is not an order");
});

/** Midnight in Korea is 15:00 UTC. */
test.each([
  ["2026-11-23T23:59:59+09:00", "2026-11-23"],
  ["2026-11-24T00:00:00+09:00", "2026-11-24"],
  ["2026-11-23T14:59:59.999Z", "2026-11-23"],
])("moneyDatesOf_isTheDayInKorea_approvedAt %s", (approvedAt, date) => {
  const its = paying().does("payment.capture", { attempt: 1, amount: 10_000, approvedAt });
  expect(moneyDatesOf(its.order)).toEqual([date]);
});

test.each([paymentModel, pieceModel])(
  "transactionsOf_changesOnlyByMoneyEvents_everyStepFromEveryState_$name",
  (model) => {
    let moved = 0;
    for (const before of statesOf(model)) {
      const was = JSON.stringify(transactionsOf(before.context));
      for (const command of model.commands(before)) {
        const decision = decideFrozen(model.domain, before, command);
        if (!decision.accepted) continue;
        const changed = JSON.stringify(transactionsOf(decision.order.context)) !== was;
        expect([decision.event.type, changed]).toEqual([
          decision.event.type,
          moneyEvents.has(decision.event.type),
        ]);
        if (changed) moved += 1;
      }
    }
    expect(moved).toBeGreaterThan(0);
  },
);

test("transactionsOf_addsUpToTheBalance_refundsOfAPaidOrder", () => {
  const its = paid();
  const id = cancels(its, of("tea", 2));
  completes(beginsRefund(its, id), id);
  const total = transactionsOf(its.order).reduce((sum, { amount }) => sum + amount, 0);
  expect(total).toBe(its.order.totalAmount - its.order.refundedAmount);
});
