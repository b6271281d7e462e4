import { expect, test } from "bun:test";
import { tryEffect } from "../../actors/runtime/effects/try.ts";
import type { Verdict } from "../../actors/runtime/effects/verdict.ts";
import type { Toss, TossPayment } from "../../actors/toss.ts";
import { defaultPolicy, type Effect } from "../../machines/mod.ts";
import { cancels, captures, declines, ORDER_ID, paying, type Story } from "../machines/builders.ts";

type TossCancel = NonNullable<TossPayment["cancels"]>[number];

const cancel = (change: Partial<TossCancel> = {}): TossCancel => ({
  cancelAmount: 10_000,
  cancelReason: "[STRAY] captured after the order was closed",
  canceledAt: "2026-11-23T02:00:00.000Z",
  transactionKey: "back-1",
  cancelStatus: "DONE",
  refundableAmount: 0,
  ...change,
});

const payment = (change: Partial<TossPayment> = {}): TossPayment => ({
  paymentKey: "payment-key-1",
  orderId: ORDER_ID,
  mId: "jumunmock",
  status: "DONE",
  totalAmount: 10_000,
  balanceAmount: 10_000,
  currency: "KRW",
  method: "카드",
  approvedAt: "2026-11-23T01:00:01.000Z",
  lastTransactionKey: "capture-1",
  cancels: [],
  ...change,
});

/** A Toss that answers every call with this payment. */
const tossWith = (answer: TossPayment): Toss => {
  const reply = async () => ({ kind: "payment", payment: answer }) as const;
  return { confirm: reply, cancel: reply, lookup: reply, circuit: () => "closed" };
};

const run = (its: Story, effect: Effect | undefined, answer: TossPayment): Promise<Verdict> => {
  if (!effect) throw new Error("the story has no such effect");
  const pending = {
    effect,
    keySeq: 1,
    tries: 1,
    dueAt: null,
    since: its.now,
    uncertain: false,
  };
  return tryEffect(its.order, pending, { toss: tossWith(answer), policy: defaultPolicy });
};

const stray = (): Story => {
  const its = declines(paying(), 1);
  cancels(its);
  return captures(its, 1);
};

const lookup = (its: Story): Effect | undefined =>
  its.does("payment.notice", { paymentKey: "payment-key-1" }).effects.at(-1);

const done = (data: object) => ({ kind: "done", results: [{ data }] });

test("confirm_tellsTheApprovalsKey_captured", async () => {
  const its = paying();
  const verdict = await run(its, its.effects.at(-1), payment());
  expect(verdict).toMatchObject(done({ attempt: 1, transactionKey: "capture-1" }));
});

test("confirm_tellsNoKey_partOfItWasCancelledMeanwhile", async () => {
  const its = paying();
  const partly = payment({
    status: "PARTIAL_CANCELED",
    balanceAmount: 7_000,
    lastTransactionKey: "back-1",
    cancels: [cancel({ cancelAmount: 3_000, refundableAmount: 7_000 })],
  });
  const verdict = await run(its, its.effects.at(-1), partly);
  expect(verdict).toMatchObject({
    kind: "done",
    results: [
      { type: "payment.capture", data: { amount: 10_000, held: 7_000 } },
      { type: "payment.differ", data: { balance: 7_000, expected: 10_000 } },
    ],
  });
  expect(JSON.stringify(verdict)).not.toContain("transactionKey");
});

test("lookup_tellsTheCaptureAndWhatIsLeft_declinedOneWasPaidAndPartlyCancelled", async () => {
  const its = declines(paying(), 1);
  const partly = payment({ status: "PARTIAL_CANCELED", balanceAmount: 7_000, cancels: [cancel()] });
  expect(await run(its, lookup(its), partly)).toMatchObject({
    kind: "done",
    results: [{ type: "payment.capture" }, { type: "payment.differ" }],
  });
});

test.each([
  ["paymentKey", { paymentKey: "payment-key-9" }, "payment.decline"],
  ["orderId", { orderId: "order-of-another" }, "payment.decline"],
  ["method", { method: "계좌이체" }, "payment.capture"],
  ["wallet's own balance", { method: "간편결제" }, "payment.capture"],
  ["currency", { currency: "USD" }, "payment.capture"],
  ["amount", { totalAmount: 9_000, balanceAmount: 9_000 }, "payment.capture"],
] as const)("confirm_isDeclinedOnlyWhenTheMoneyIsNoneOfOurs_another %s", async (_, change, type) => {
  const its = paying();
  const verdict = await run(its, its.effects.at(-1), payment(change));
  expect(verdict).toMatchObject({ kind: "done", results: [{ type }] });
  if (type === "payment.capture") expect(JSON.stringify(verdict)).toContain("misfit");
});

test("refund_tellsTheCancelsKeyAndTime_strayPayment", async () => {
  const its = stray();
  const answer = payment({ status: "CANCELED", balanceAmount: 0, cancels: [cancel()] });
  expect(await run(its, its.effects.at(-1), answer)).toEqual({
    kind: "done",
    results: [
      {
        type: "stray.complete",
        data: { attempt: 1, transactionKey: "back-1", canceledAt: "2026-11-23T02:00:00.000Z" },
      },
    ],
  });
});

test("lookup_tellsTheCancelsKeyAndTime_strayWentBackInOne", async () => {
  const its = stray();
  const byOperator = cancel({ cancelReason: "by hand", transactionKey: "back-9" });
  const answer = payment({ status: "CANCELED", balanceAmount: 0, cancels: [byOperator] });
  expect(await run(its, lookup(its), answer)).toMatchObject(
    done({ attempt: 1, transactionKey: "back-9", canceledAt: "2026-11-23T02:00:00.000Z" }),
  );
});

test("lookup_tellsNoKey_strayWentBackInParts", async () => {
  const its = stray();
  const parts = [
    cancel({ cancelAmount: 4_000, transactionKey: "back-1" }),
    cancel({ cancelAmount: 6_000, transactionKey: "back-2" }),
  ];
  const answer = payment({ status: "PARTIAL_CANCELED", balanceAmount: 0, cancels: parts });
  expect(await run(its, lookup(its), answer)).toEqual({
    kind: "done",
    results: [{ type: "stray.complete", data: { attempt: 1 } }],
  });
});
