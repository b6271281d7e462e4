import { expect, test } from "bun:test";
import { capturedPayment, InvariantError, krw, MoneyError, refuse } from "../../machines/mod.ts";
import { recordedOutcome } from "../../machines/order/recorded.ts";
import { declines, ordered, paid, paying, pays } from "./builders.ts";

test("refuse_saysThatNothingWasChanged_afterTheReason", () => {
  expect(refuse("ORDER_NOT_FOUND", "There is no order o-1.")).toEqual({
    code: "ORDER_NOT_FOUND",
    message: "There is no order o-1. Nothing was changed.",
  });
});

test("defects_haveNames_thatALogTellsApart", () => {
  expect(new InvariantError("x").name).toBe("InvariantError");
  expect(new MoneyError("x").name).toBe("MoneyError");
  expect(() => krw(0.5)).toThrow(MoneyError);
});

test("recordedOutcome_readsTheRecordAlone_amongOtherActions", () => {
  const record = { type: "record", params: { outcome: "order.expired" } };
  expect(recordedOutcome([{ type: "change", params: { outcome: "order.canceled" } }, record])).toBe(
    "order.expired",
  );
  expect(recordedOutcome([{ type: "record" }, { type: "record", params: {} }, record])).toBe("order.expired");
  expect(recordedOutcome([{ type: "change" }])).toBeUndefined();
});

test("capturedPayment_isTheCapturedOneOfSeveral_orNone", () => {
  const its = pays(declines(paying(), 1));
  expect(capturedPayment(its.order)).toBeUndefined();
  expect(capturedPayment(ordered().order)).toBeUndefined();
  expect(capturedPayment(paid().order)?.attempt).toBe(1);
});
