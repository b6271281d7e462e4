import { expect, test } from "bun:test";
import { beginsRefund, cancels, of, ordered, paid, paying, places, refunds, restocks } from "./builders.ts";

test("cancel_holdsThePiecesAndTheirMoney_partOfALine", () => {
  const its = paid();
  const id = cancels(its, of("tea", 2));
  expect(its.state).toBe("cancelRequested");
  expect(places(its.order, "tea")).toBe("1/0/2/0");
  expect(its.order.cancellations).toMatchObject([{ id, state: "requested", amount: 2_000 }]);
  expect(its.order.refundedAmount).toBe(0);
});

test("cancel_holdsEverything_noLinesNamed", () => {
  const its = paid();
  cancels(its);
  expect(its.order.cancellations[0]).toMatchObject({ amount: 10_000, lines: [of("tea", 3), of("cup", 1)] });
});

test("cancel_leavesOutWhatIsConfirmed_noLinesNamed", () => {
  const its = paid().does("purchase.confirm", { lines: [of("tea", 2)] });
  cancels(its);
  expect(its.order.cancellations[0]).toMatchObject({ amount: 8_000, lines: [of("tea", 1), of("cup", 1)] });
});

test("cancel_opensSeveralAtOnce_overDisjointQuantities", () => {
  const its = paid();
  const ids = [cancels(its, of("tea", 1)), cancels(its, of("tea", 1), of("cup", 1)), cancels(its)];
  expect(ids).toEqual(["1", "2", "3"]);
  expect(its.order.cancellations.map(({ amount }) => amount)).toEqual([1_000, 8_000, 1_000]);
  expect(places(its.order, "tea")).toBe("0/0/3/0");
});

test("cancel_movesNoMoneyByItself_untilRestocked", () => {
  const its = paid();
  cancels(its);
  expect(its.effects.map(({ type }) => type)).toEqual(["payment.confirm"]);
});

test("cancel_refusesConfirmedQuantity_twoOfThreeConfirmed", () => {
  const its = paid().does("purchase.confirm", { lines: [of("tea", 2)] });
  const lines = [of("tea", 2)];
  expect(its.refusal("cancellation.request", { lines, reason: "r" })).toBe("ITEM_ALREADY_CONFIRMED");
  expect(cancels(its, of("tea", 1))).toBe("1");
});

test("cancel_refusesCancelingQuantity_twoOfThreeCanceling", () => {
  const its = paid();
  cancels(its, of("tea", 2));
  const lines = [of("tea", 2)];
  expect(its.refusal("cancellation.request", { lines, reason: "r" })).toBe("ITEM_ALREADY_CANCELING");
});

test("cancel_refusesRefundedQuantity_twoOfThreeRefunded", () => {
  const its = paid();
  refunds(its, cancels(its, of("tea", 2)));
  const lines = [of("tea", 2)];
  expect(its.refusal("cancellation.request", { lines, reason: "r" })).toBe("ITEM_ALREADY_REFUNDED");
});

test.each([
  ["QUANTITY_EXCEEDS_LINE", [of("tea", 4)]],
  ["LINE_NOT_FOUND", [of("pot", 1)]],
  ["DUPLICATE_PRODUCT", [of("tea", 1), of("tea", 1)]],
  ["LINE_NOT_FOUND", [of("cup", 1), of("pot", 1)]],
] as const)("cancel_refusesWhole_with_%s", (code, lines) => {
  const its = paid();
  expect(its.refusal("cancellation.request", { lines: [...lines], reason: "r" })).toBe(code);
  expect(places(its.order, "cup")).toBe("1/0/0/0");
});

test("cancel_isRefused_nothingLeft", () => {
  const confirmed = paid().does("purchase.confirm", {});
  expect(confirmed.refusal("cancellation.request", { reason: "r" })).toBe("NOTHING_TO_CANCEL");
  const refunded = paid();
  refunds(refunded, cancels(refunded));
  expect(refunded.refusal("cancellation.request", { reason: "r" })).toBe("NOTHING_TO_CANCEL");
});

test("cancel_isRefused_moreCancellationsThanThePolicyAllows", () => {
  const its = paid({ tea: [3, 1_000] }, { maxCancellations: 2 });
  cancels(its, of("tea", 1));
  cancels(its, of("tea", 1));
  expect(its.refusal("cancellation.request", { reason: "r" })).toBe("TOO_MANY_CANCELLATIONS");
});

test("cancel_callsOffTheWholeOrder_notPaid", () => {
  const its = ordered();
  its.does("cancellation.request", { reason: "r" });
  expect(its.state).toBe("canceled");
  expect(its.timers).toEqual([]);
  expect(its.effects).toEqual([]);
});

test("cancel_isRefused_partOfAnUnpaidOrder", () => {
  const lines = [of("tea", 1)];
  expect(ordered().refusal("cancellation.request", { lines, reason: "r" })).toBe("UNPAID_CANCEL_IS_WHOLE");
});

test("cancel_waitsForTossAnswer_paying", () => {
  expect(paying().refusal("cancellation.request", { reason: "r" })).toBe("PAYMENT_IN_PROGRESS");
});

test("cancel_isRefused_alreadyCanceledOrExpired", () => {
  const canceled = ordered().does("cancellation.request", { reason: "r" });
  expect(canceled.refusal("cancellation.request", { reason: "r" })).toBe("ORDER_NOT_CANCELABLE");
  const expired = ordered();
  expired.until(expired.order.expiresAt).does("order.expire", {});
  expect(expired.refusal("cancellation.request", { reason: "r" })).toBe("ORDER_NOT_CANCELABLE");
});

test("restock_isTakenOnce_ofAKnownCancellation", () => {
  const its = paid();
  const id = cancels(its, of("tea", 1));
  expect(its.refusal("cancellation.restock", { cancellationId: "2" })).toBe("CANCELLATION_NOT_FOUND");
  restocks(its.wait(5_000), id);
  expect(its.state).toBe("restocked");
  expect(its.order.cancellations[0]?.restockedAt).toBe(its.now);
  expect(its.refusal("cancellation.restock", { cancellationId: id })).toBe("CANCELLATION_ALREADY_RESTOCKED");
});

test("withdraw_givesThePiecesBack_beforeRestock", () => {
  const its = paid();
  const id = cancels(its, of("tea", 2));
  its.does("cancellation.withdraw", { cancellationId: id });
  expect(its.state).toBe("paid");
  expect(places(its.order, "tea")).toBe("3/0/0/0");
  expect(its.order.cancellations[0]?.state).toBe("withdrawn");
  expect(cancels(its, of("tea", 3))).toBe("2");
});

test("withdraw_leavesTheOthersOpen_oneOfTwo", () => {
  const its = paid();
  const [first, second] = [cancels(its, of("tea", 1)), cancels(its, of("tea", 1))];
  its.does("cancellation.withdraw", { cancellationId: first });
  expect(its.state).toBe("cancelRequested");
  expect(places(its.order, "tea")).toBe("2/0/1/0");
  refunds(its, second);
  expect(its.state).toBe("partiallyRefunded");
});

test("withdraw_isRefused_afterRestock", () => {
  const its = paid();
  const id = cancels(its, of("tea", 1));
  restocks(its, id);
  const withdrawal = () => its.refusal("cancellation.withdraw", { cancellationId: id });
  expect(withdrawal()).toBe("CANCELLATION_ALREADY_RESTOCKED");
  its.does("refund.begin", { cancellationId: id });
  expect(withdrawal()).toBe("CANCELLATION_ALREADY_RESTOCKED");
});

test("withdrawnCancellation_takesNothingMore_anyStep", () => {
  const its = paid();
  const cancellationId = cancels(its, of("tea", 1));
  its.does("cancellation.withdraw", { cancellationId });
  expect(its.refusal("cancellation.withdraw", { cancellationId })).toBe("CANCELLATION_WITHDRAWN");
  expect(its.refusal("cancellation.restock", { cancellationId })).toBe("CANCELLATION_WITHDRAWN");
  expect(its.refusal("refund.begin", { cancellationId })).toBe("CANCELLATION_NOT_RESTOCKED");
});

test("confirmAndCancel_theFirstWins_sameQuantityAtOnce", () => {
  const confirmFirst = paid({ tea: [1, 1_000] }).does("purchase.confirm", { lines: [of("tea", 1)] });
  expect(confirmFirst.refusal("cancellation.request", { lines: [of("tea", 1)], reason: "r" })).toBe(
    "ITEM_ALREADY_CONFIRMED",
  );
  const cancelFirst = paid({ tea: [1, 1_000] });
  beginsRefund(cancelFirst, cancels(cancelFirst, of("tea", 1)));
  expect(cancelFirst.refusal("purchase.confirm", { lines: [of("tea", 1)] })).toBe("ITEM_ALREADY_CANCELING");
});
