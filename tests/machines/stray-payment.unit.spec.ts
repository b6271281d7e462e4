import { expect, test } from "bun:test";
import { balanceOf } from "../../machines/mod.ts";
import { cancels, captureOf, captures, declines, ordered, paying, pays, type Story } from "./builders.ts";

const canceledAfterDecline = (): Story => {
  const its = declines(paying(), 1);
  cancels(its);
  return its;
};

const expiredAfterDecline = (): Story => {
  const its = declines(paying(), 1);
  return its.until(its.order.expiresAt).does("order.expire", {});
};

/** Declined, paid by a second payment; then Toss says that the first was captured after all. */
const paidByTheSecond = (): Story => captures(pays(declines(paying(), 1)), 2);

test.each([
  ["canceled", canceledAfterDecline],
  ["expired", expiredAfterDecline],
  ["paid", paidByTheSecond],
] as const)("capture_goesBackInFull_orderIsAlready_%s", (state, build) => {
  const its = captures(build(), 1);
  expect(its.state).toBe(state);
  expect(its.order.payments[0]?.status).toBe("strayRefunding");
  expect(its.effects.at(-1)).toMatchObject({
    id: "stray:1",
    type: "payment.refund",
    paymentKey: "payment-key-1",
    amount: 10_000,
    refundable: 10_000,
    for: { strayAttempt: 1 },
  });
  its.does("stray.complete", { attempt: 1 });
  expect(its.order.payments[0]?.status).toBe("strayRefunded");
  expect(its.order.refundedAmount).toBe(0);
});

test("capture_ofTheOlderAttemptPays_andTheNewerStrays", () => {
  const its = captures(pays(declines(paying(), 1)), 1);
  expect(its.state).toBe("paid");
  captures(its, 2);
  expect(its.order.payments.map(({ status }) => status)).toEqual(["captured", "strayRefunding"]);
  expect(its.effects.at(-1)).toMatchObject({ id: "stray:2", paymentKey: "payment-key-2" });
});

test("decline_ofTheNewerAttemptChangesNoState_paidByTheOlder", () => {
  const its = declines(captures(pays(declines(paying(), 1)), 1), 2);
  expect(its.state).toBe("paid");
  expect(its.order.payments.map(({ status }) => status)).toEqual(["captured", "declined"]);
});

test("strayRefund_leavesTheOrdersOwnBalanceAlone_paidBesideIt", () => {
  const its = captures(paidByTheSecond(), 1).does("stray.complete", { attempt: 1 });
  expect(balanceOf(its.order)).toBe(10_000);
});

test("strayFail_isKnown_andALaterCompletionStillCounts", () => {
  const its = captures(canceledAfterDecline(), 1);
  its.does("stray.fail", { attempt: 1, code: "FORBIDDEN", message: "Toss says no." });
  expect(its.order.payments[0]).toMatchObject({
    status: "strayRefundFailed",
    failure: { code: "FORBIDDEN" },
  });
  its.does("stray.complete", { attempt: 1 });
  expect(its.order.payments[0]?.status).toBe("strayRefunded");
});

test("effectRetry_isRefundingAgain_strayRefundFailed", () => {
  const its = captures(canceledAfterDecline(), 1);
  const fail = { attempt: 1, code: "FORBIDDEN", message: "Toss says no." };
  its.does("stray.fail", fail).does("effect.retry", { effectId: "stray:1" });
  expect(its.order.payments[0]?.status).toBe("strayRefunding");
  expect(its.events.at(-1)).toMatchObject({ type: "effect.retried", data: { effectId: "stray:1" } });
  its.does("stray.fail", fail).does("effect.retry", { effectId: "confirm:1" });
  expect(its.order.payments[0]?.status).toBe("strayRefundFailed");
});

test("capture_isRefused_strayToldTwice", () => {
  const its = captures(canceledAfterDecline(), 1);
  expect(its.refusal("payment.capture", captureOf(its.order, 1))).toBe("PAYMENT_ALREADY_RESOLVED");
  its.does("stray.complete", { attempt: 1 });
  expect(its.refusal("payment.capture", captureOf(its.order, 1))).toBe("PAYMENT_ALREADY_RESOLVED");
});

test("strayComplete_isRefused_paymentIsNotStray", () => {
  expect(captures(paying(), 1).refusal("stray.complete", { attempt: 1 })).toBe("PAYMENT_ALREADY_RESOLVED");
  expect(ordered().refusal("stray.complete", { attempt: 1 })).toBe("PAYMENT_NOT_FOUND");
});
