import { expect, test } from "bun:test";
import { DAY_MS } from "../../machines/mod.ts";
import { beginsRefund, cancels, of, ordered, paid, paying, places, refunds } from "./builders.ts";

test("confirm_movesSomeOfALine_quantityNamed", () => {
  const its = paid().does("purchase.confirm", { lines: [of("tea", 2)] });
  expect(places(its.order, "tea")).toBe("1/2/0/0");
  expect(places(its.order, "cup")).toBe("1/0/0/0");
  expect(its.state).toBe("paid");
});

test("confirm_movesEverything_noLinesNamed", () => {
  const its = paid().does("purchase.confirm", {});
  expect(places(its.order, "tea")).toBe("0/3/0/0");
  expect(places(its.order, "cup")).toBe("0/1/0/0");
  expect(its.state).toBe("purchaseConfirmed");
});

test("confirm_adds_toWhatWasConfirmedBefore", () => {
  const its = paid().does("purchase.confirm", { lines: [of("tea", 1)] });
  its.does("purchase.confirm", { lines: [of("tea", 2), of("cup", 1)] });
  expect(its.state).toBe("purchaseConfirmed");
});

test("confirm_leavesOutWhatIsCanceling_noLinesNamed", () => {
  const its = paid();
  cancels(its, of("tea", 1));
  its.does("purchase.confirm", {});
  expect(places(its.order, "tea")).toBe("0/2/1/0");
  expect(its.state).toBe("cancelRequested");
});

test("confirm_isRefused_moreThanIsLeft", () => {
  const canceling = paid();
  cancels(canceling, of("tea", 2));
  expect(canceling.refusal("purchase.confirm", { lines: [of("tea", 2)] })).toBe("ITEM_ALREADY_CANCELING");

  const confirmed = paid().does("purchase.confirm", { lines: [of("tea", 2)] });
  expect(confirmed.refusal("purchase.confirm", { lines: [of("tea", 2)] })).toBe("ITEM_ALREADY_CONFIRMED");

  const refunded = paid();
  refunds(refunded, cancels(refunded, of("tea", 2)));
  expect(refunded.refusal("purchase.confirm", { lines: [of("tea", 2)] })).toBe("ITEM_ALREADY_REFUNDED");
});

test("confirm_isRefusedWhole_oneOfItsLinesAtFault", () => {
  const its = paid();
  const lines = [of("cup", 1), of("tea", 4)];
  expect(its.refusal("purchase.confirm", { lines })).toBe("QUANTITY_EXCEEDS_LINE");
  expect(places(its.order, "cup")).toBe("1/0/0/0");
});

test("confirm_isRefused_unknownOrRepeatedProduct", () => {
  expect(paid().refusal("purchase.confirm", { lines: [of("pot", 1)] })).toBe("LINE_NOT_FOUND");
  expect(paid().refusal("purchase.confirm", { lines: [of("tea", 1), of("tea", 1)] })).toBe(
    "DUPLICATE_PRODUCT",
  );
});

test("confirm_isRefused_nothingLeft", () => {
  expect(paid().does("purchase.confirm", {}).refusal("purchase.confirm", {})).toBe("NOTHING_TO_CONFIRM");
});

test("confirm_isRefused_notPaid", () => {
  expect(ordered().refusal("purchase.confirm", {})).toBe("ORDER_NOT_CONFIRMABLE");
  expect(paying().refusal("purchase.confirm", {})).toBe("ORDER_NOT_CONFIRMABLE");
});

test("autoConfirm_confirmsWhatIsStillOpen_daysAfterPayment", () => {
  const its = paid(undefined, { autoConfirmAfterMs: 10 * DAY_MS });
  const id = cancels(its, of("tea", 1));
  its.wait(10 * DAY_MS).does("purchase.autoConfirm", {});
  expect(places(its.order, "tea")).toBe("0/2/1/0");
  expect(places(its.order, "cup")).toBe("0/1/0/0");
  refunds(its, id);
  expect(its.state).toBe("partiallyRefunded");
});

test("autoConfirm_isRefused_oneMillisecondEarly", () => {
  const its = paid().wait(7 * DAY_MS - 1);
  expect(its.refusal("purchase.autoConfirm", {})).toBe("TIMER_NOT_DUE");
  expect(its.wait(1).does("purchase.autoConfirm", {}).state).toBe("purchaseConfirmed");
});

test("autoConfirm_isRefused_nothingLeftToConfirm", () => {
  const its = paid();
  beginsRefund(its, cancels(its));
  expect(its.wait(7 * DAY_MS).refusal("purchase.autoConfirm", {})).toBe("TIMER_NOT_DUE");
});

test("autoConfirm_isRefused_notPaid", () => {
  expect(ordered().refusal("purchase.autoConfirm", {})).toBe("TIMER_NOT_DUE");
});
