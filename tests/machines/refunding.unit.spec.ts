import { expect, test } from "bun:test";
import { balanceOf } from "../../machines/mod.ts";
import {
  beginsRefund,
  cancels,
  completes,
  completionOf,
  fails,
  KEY,
  of,
  paid,
  places,
  refunds,
  restocks,
} from "./builders.ts";

test("refund_isRefused_beforeRestock", () => {
  const its = paid();
  const cancellationId = cancels(its, of("tea", 1));
  expect(its.refusal("refund.begin", { cancellationId })).toBe("CANCELLATION_NOT_RESTOCKED");
  expect(its.refusal("refund.complete", completionOf(its.order, cancellationId))).toBe(
    "CANCELLATION_NOT_RESTOCKED",
  );
  expect(its.effects.filter(({ type }) => type === "payment.refund")).toEqual([]);
});

test("refund_asksTossForItsAmountAndNoMore_restocked", () => {
  const its = paid();
  const id = cancels(its, of("tea", 2));
  beginsRefund(its, id);
  expect(its.state).toBe("refunding");
  expect(its.effects.at(-1)).toEqual({
    id: "refund:1:1",
    type: "payment.refund",
    paymentKey: KEY,
    amount: 2_000,
    refundable: 10_000,
    reason: "[C1] changed my mind",
    for: { cancellationId: "1" },
    lookFirst: false,
  });
});

test("refund_movesThePieces_onTossWord", () => {
  const its = paid();
  refunds(its, cancels(its, of("tea", 2)));
  expect(its.state).toBe("partiallyRefunded");
  expect(places(its.order, "tea")).toBe("1/0/0/2");
  expect(its.order.refundedAmount).toBe(2_000);
  expect(its.order.cancellations[0]).toMatchObject({ state: "refunded", transactionKey: "refund-1" });
  expect(its.events.at(-1)?.data).toEqual({ cancellationId: "1", amount: 2_000, balance: 8_000 });
});

test("refund_waitsItsTurn_anotherInFlight", () => {
  const its = paid();
  const [first, second] = [cancels(its, of("tea", 1)), cancels(its, of("cup", 1))];
  beginsRefund(its, first);
  restocks(its, second);
  expect(its.refusal("refund.begin", { cancellationId: second })).toBe("REFUND_IN_PROGRESS");
  completes(its, first).does("refund.begin", { cancellationId: second });
  expect(its.effects.at(-1)).toMatchObject({ id: "refund:2:1", amount: 7_000, refundable: 9_000 });
});

test("retry_asksUnderANewEffect_andLooksFirst", () => {
  const its = paid();
  const id = cancels(its, of("tea", 1));
  fails(beginsRefund(its, id), id);
  expect(its.state).toBe("refundFailed");
  expect(its.order.cancellations[0]?.failure).toEqual({ code: "FORBIDDEN", message: "Toss says no." });
  expect(places(its.order, "tea")).toBe("2/0/1/0");
  its.does("refund.retry", { cancellationId: id });
  expect(its.effects.at(-1)).toMatchObject({ id: "refund:1:2", lookFirst: true, refundable: 10_000 });
  completes(its, id);
  expect(its.state).toBe("partiallyRefunded");
  expect(its.order.cancellations[0]?.refundAttempts).toBe(2);
});

test("retry_isRefused_refundHasNotFailed", () => {
  const its = paid();
  const id = cancels(its, of("tea", 1));
  const retry = () => its.refusal("refund.retry", { cancellationId: id });
  expect(retry()).toBe("REFUND_NOT_FAILED");
  beginsRefund(its, id);
  expect(retry()).toBe("REFUND_NOT_FAILED");
  completes(its, id);
  expect(retry()).toBe("REFUND_NOT_FAILED");
});

test("retry_waitsItsTurn_anotherInFlight", () => {
  const its = paid();
  const [first, second] = [cancels(its, of("tea", 1)), cancels(its, of("cup", 1))];
  fails(beginsRefund(its, first), first);
  beginsRefund(its, second);
  expect(its.refusal("refund.retry", { cancellationId: first })).toBe("REFUND_IN_PROGRESS");
});

test("failedRefund_holdsUpNoOther_anotherRestocked", () => {
  const its = paid();
  const [first, second] = [cancels(its, of("tea", 1)), cancels(its, of("cup", 1))];
  fails(beginsRefund(its, first), first);
  refunds(its, second);
  expect(its.state).toBe("refundFailed");
  expect(its.order.refundedAmount).toBe(7_000);
});

test("complete_isTakenAfterTheFailure_tossRefundedAllTheSame", () => {
  const its = paid();
  const id = cancels(its, of("tea", 1));
  completes(fails(beginsRefund(its, id), id), id);
  expect(its.state).toBe("partiallyRefunded");
  expect(its.refusal("refund.retry", { cancellationId: id })).toBe("REFUND_NOT_FAILED");
});

test("complete_isRefused_toldTwice", () => {
  const its = paid();
  const id = cancels(its, of("tea", 1));
  refunds(its, id);
  expect(its.refusal("refund.complete", completionOf(its.order, id))).toBe("REFUND_ALREADY_COMPLETED");
  expect(its.order.refundedAmount).toBe(1_000);
});

test("fail_isRefused_afterTheRefund", () => {
  const its = paid();
  const cancellationId = cancels(its, of("tea", 1));
  refunds(its, cancellationId);
  const late = { cancellationId, code: "LATE", message: "late" };
  expect(its.refusal("refund.fail", late)).toBe("REFUND_ALREADY_COMPLETED");
});

test.each([999, 1_001])("complete_isRefused_amountOf%pForACancellationOf1000", (amount) => {
  const its = paid();
  const id = cancels(its, of("tea", 1));
  beginsRefund(its, id);
  expect(its.refusal("refund.complete", { ...completionOf(its.order, id), amount })).toBe(
    "REFUND_AMOUNT_MISMATCH",
  );
});

test("lastRefund_leavesABalanceOfExactlyZero_piecesRefundedInParts", () => {
  const its = paid({ tea: [3, 3_333], cup: [1, 1] });
  const balances: number[] = [];
  for (const line of [of("tea", 1), of("cup", 1), of("tea", 2)]) {
    refunds(its, cancels(its, line));
    balances.push(balanceOf(its.order));
  }
  expect(balances).toEqual([6_667, 6_666, 0]);
  expect(its.state).toBe("refunded");
  expect(its.order.refundedAmount).toBe(its.order.totalAmount);
});

test("refund_keepsTheReasonWithinTossLength_longestReason", () => {
  const its = paid();
  its.does("cancellation.request", { reason: "가".repeat(150) });
  beginsRefund(its, "1");
  const effect = its.effects.at(-1);
  expect(effect?.type === "payment.refund" && effect.reason).toBe(`[C1] ${"가".repeat(150)}`);
});
