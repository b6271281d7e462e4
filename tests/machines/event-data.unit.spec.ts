import { expect, test } from "bun:test";
import type { OrderEventType } from "../../machines/mod.ts";
import {
  beginsRefund,
  cancels,
  captures,
  completes,
  declines,
  fails,
  of,
  ordered,
  paid,
  paying,
  pays,
  refunds,
  restocks,
  type Story,
} from "./builders.ts";

/** The data of the newest event, which others read who never see the order. */
const told = (its: Story) => [its.events.at(-1)?.type, its.events.at(-1)?.data];

const requested = (): Story => {
  const its = paid();
  cancels(its, of("tea", 2));
  return its;
};
const failed = (): Story => fails(beginsRefund(requested(), "1"), "1");
/** The first payment was captured after the order was called off. */
const strayed = (): Story => {
  const its = declines(paying(), 1);
  cancels(its);
  return captures(its, 1);
};
const stray = { attempt: 1, code: "FORBIDDEN", message: "Toss says no." };
const approvedAt = "2026-11-23T10:00:01+09:00";

const cases: [OrderEventType, () => Story, Record<string, unknown>][] = [
  ["payment.requested", paying, { attempt: 1, amount: 10_000 }],
  ["payment.requested", () => pays(declines(paying(), 1)), { attempt: 2, amount: 10_000 }],
  ["payment.captured", paid, { attempt: 1, amount: 10_000, approvedAt }],
  ["payment.awaited", () => paying().does("payment.await", { attempt: 1 }), { attempt: 1 }],
  ["payment.declined", () => declines(paying(), 1), { attempt: 1, code: "REJECT_CARD_COMPANY" }],
  // The decline that came before stays with the payment.
  ["payment.strayed", strayed, { attempt: 1, amount: 10_000, code: "REJECT_CARD_COMPANY" }],
  ["stray.refunded", () => strayed().does("stray.complete", { attempt: 1 }), { attempt: 1 }],
  ["stray.refundFailed", () => strayed().does("stray.fail", stray), { attempt: 1, code: "FORBIDDEN" }],
  [
    "cancellation.requested",
    requested,
    { cancellationId: "1", lines: [{ productId: "tea", quantity: 2 }], amount: 2_000 },
  ],
  [
    "purchase.confirmed",
    () => paid().does("purchase.confirm", { lines: [of("tea", 2)] }),
    { lines: [{ productId: "tea", quantity: 2 }] },
  ],
  [
    "purchase.confirmed",
    () => requested().does("purchase.confirm", {}),
    {
      lines: [
        { productId: "tea", quantity: 1 },
        { productId: "cup", quantity: 1 },
      ],
    },
  ],
  [
    "purchase.autoConfirmed",
    () => {
      const its = requested();
      return its.until(String(its.order.autoConfirmAt)).does("purchase.autoConfirm", {});
    },
    {
      lines: [
        { productId: "tea", quantity: 1 },
        { productId: "cup", quantity: 1 },
      ],
    },
  ],
  ["cancellation.restocked", () => restocks(requested(), "1"), { cancellationId: "1" }],
  [
    "cancellation.withdrawn",
    () => requested().does("cancellation.withdraw", { cancellationId: "1" }),
    { cancellationId: "1" },
  ],
  ["refund.started", () => beginsRefund(requested(), "1"), { cancellationId: "1", amount: 2_000 }],
  ["refund.failed", failed, { cancellationId: "1", code: "FORBIDDEN" }],
  [
    "refund.retried",
    () => failed().does("refund.retry", { cancellationId: "1" }),
    { cancellationId: "1", attempt: 2 },
  ],
  [
    "refund.completed",
    () => completes(failed(), "1"),
    { cancellationId: "1", amount: 2_000, balance: 8_000 },
  ],
];

test.each(cases)("event_tellsWhatHappened_%s", (type, live, data) => {
  expect(told(live())).toEqual([type, data]);
});

test("event_tellsTheNewestCancellation_severalOpen", () => {
  const its = requested();
  cancels(its, of("cup", 1));
  expect(told(its)).toEqual([
    "cancellation.requested",
    { cancellationId: "2", lines: [{ productId: "cup", quantity: 1 }], amount: 7_000 },
  ]);
});

test("capture_keepsTheAmountOfToss_whereItIsNotTheOrdersTotal", () => {
  const capture = { attempt: 1, amount: 9_000, approvedAt };
  const short = paying().does("payment.capture", capture);
  expect(short.order.payments[0]).toMatchObject({
    status: "strayRefunding",
    amount: 9_000,
    failure: { code: "PAYMENT_MISMATCH", message: "9000 KRW were captured, the order's total is 10000 KRW" },
  });
  expect(told(short)).toEqual([
    "payment.mismatched",
    { attempt: 1, amount: 9_000, code: "PAYMENT_MISMATCH" },
  ]);
  expect(strayed().order.payments[0]).not.toHaveProperty("amount");
  expect(strayed().order.payments[0]).toMatchObject({ failure: { code: "REJECT_CARD_COMPANY" } });
});

test("strayRefund_asksForAllThatTossHolds_once", () => {
  expect(strayed().effects.at(-1)).toEqual({
    id: "stray:1",
    type: "payment.refund",
    paymentKey: "payment-key-1",
    amount: 10_000,
    refundable: 10_000,
    reason: "[STRAY] captured, but not for this order as it stands",
    for: { strayAttempt: 1 },
    lookFirst: false,
  });
});

test("strayRefund_keepsWhenAndByWhichCancel_asFarAsToldByToss", () => {
  const when = "2026-11-24T10:00:00+09:00";
  const whole = strayed().does("stray.complete", { attempt: 1, canceledAt: when, transactionKey: "t-1" });
  expect(whole.order.payments[0]?.refund).toEqual({ canceledAt: when, transactionKey: "t-1" });
  const bare = strayed().wait(5).does("stray.complete", { attempt: 1 });
  expect(bare.order.payments[0]?.refund).toEqual({ canceledAt: bare.now });
});

test("strayFail_isRefused_whatIsNotBeingRefunded", () => {
  const done = strayed().does("stray.complete", { attempt: 1 });
  expect(done.refusal("stray.fail", stray)).toBe("PAYMENT_ALREADY_RESOLVED");
  expect(paid().refusal("stray.fail", stray)).toBe("PAYMENT_ALREADY_RESOLVED");
});

test("notice_asksAboutItsOwnPaymentAlone_ofSeveral", () => {
  const its = pays(declines(paying(), 1)).does("payment.notice", { paymentKey: "payment-key-1" });
  expect(its.effects.filter(({ type }) => type === "payment.lookup")).toEqual([
    { id: "lookup:1", type: "payment.lookup", attempt: 1, paymentKey: "payment-key-1", amount: 10_000 },
  ]);
  expect(ordered().refusal("payment.notice", { paymentKey: "payment-key-1" })).toBe("PAYMENT_NOT_FOUND");
});

test("effectRetry_isForItsOwnPayment_twoStrays", () => {
  const its = declines(pays(declines(paying(), 1)), 2);
  cancels(its);
  captures(captures(its, 1), 2)
    .does("stray.fail", stray)
    .does("stray.fail", { ...stray, attempt: 2 });
  its.does("effect.retry", { effectId: "stray:2" });
  expect(its.order.payments.map(({ status }) => status)).toEqual(["strayRefundFailed", "strayRefunding"]);
});

test("refund_countsTriesOfItsOwnCancellation_severalRefunded", () => {
  const its = paid();
  refunds(its, cancels(its, of("tea", 1)));
  const second = cancels(its, of("cup", 1));
  fails(beginsRefund(its, second), second).does("refund.retry", { cancellationId: second });
  expect(its.order.cancellations.map(({ refundAttempts }) => refundAttempts)).toEqual([1, 2]);
});
