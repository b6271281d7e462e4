import { describe, expect, test } from "bun:test";
import { buyer, cancel, eachForSpec, handClock, implementations, paid } from "./harness.ts";

const { clock } = handClock();
const mocks = await eachForSpec({ clock });

describe.each(implementations)("%s", (name) => {
  const mock = mocks[name];

  test("cancel_appendsACancelObject_eachPartialCancel", async () => {
    const { paymentKey, orderId } = await paid(mock);
    const first = await cancel(mock, paymentKey, { cancelAmount: 5_000, cancelReason: "첫째" });
    const { status, json } = await cancel(mock, paymentKey, { cancelAmount: 4_000, cancelReason: "둘째" });

    expect(status).toBe(200);
    expect(json).toMatchObject({ status: "PARTIAL_CANCELED", totalAmount: 15_000, balanceAmount: 6_000 });
    expect(json.cancels).toHaveLength(2);
    expect(json.cancels?.[0]).toEqual(first.json.cancels?.[0]);
    expect(json.cancels?.[1]).toEqual({
      transactionKey: json.lastTransactionKey ?? "none",
      cancelReason: "둘째",
      taxExemptionAmount: 0,
      canceledAt: "2026-11-23T10:02:03+09:00",
      cardDiscountAmount: 0,
      transferDiscountAmount: 0,
      easyPayDiscountAmount: 0,
      receiptKey: null,
      cancelAmount: 4_000,
      taxFreeAmount: 0,
      refundableAmount: 6_000,
      cancelStatus: "DONE",
      cancelRequestId: null,
    });
    expect(mock.ledger.refunds(orderId).map(({ amount }) => amount)).toEqual([5_000, 4_000]);
  });

  test("cancel_leavesNothing_withoutAnAmount", async () => {
    const { paymentKey } = await paid(mock);
    const { json } = await cancel(mock, paymentKey);
    expect(json).toMatchObject({ status: "CANCELED", balanceAmount: 0, suppliedAmount: 0, vat: 0 });
    expect(json.cancels).toMatchObject([{ cancelAmount: 15_000, refundableAmount: 0 }]);
  });

  test("cancel_splitsTheTaxOfTheRemainder_partialCancel", async () => {
    const { paymentKey } = await paid(mock);
    const { json } = await cancel(mock, paymentKey, { cancelAmount: 5_974 });
    expect(json).toMatchObject({ balanceAmount: 9_026, suppliedAmount: 8_205, vat: 821 });
  });

  test("cancel_reducesTheTaxFreePart_byWhatTheRequestSays", async () => {
    const { paymentKey } = await paid(mock, { amount: 12_000, taxFreeAmount: 1_000 });
    const part = await cancel(mock, paymentKey, { cancelAmount: 6_000, taxFreeAmount: 500 });
    expect(part.json).toMatchObject({ taxFreeAmount: 500, suppliedAmount: 5_000, vat: 500 });
    const tooMuch = await cancel(mock, paymentKey, { cancelAmount: 1_000, taxFreeAmount: 501 });
    expect(tooMuch.json.code).toBe("INVALID_REQUEST");
    const rest = await cancel(mock, paymentKey);
    expect(rest.json).toMatchObject({ balanceAmount: 0, taxFreeAmount: 0, suppliedAmount: 0, vat: 0 });
  });

  test("cancel_invalidRequest_reasonMissingEmptyOrTooLong", async () => {
    const { paymentKey, orderId } = await paid(mock);
    for (const cancelReason of [undefined, "", "ㄱ".repeat(201), 7, null]) {
      const { status, json } = await cancel(mock, paymentKey, { cancelReason });
      expect([status, json.code]).toEqual([400, "INVALID_REQUEST"]);
    }
    expect((await cancel(mock, paymentKey, { cancelReason: "ㄱ".repeat(200) })).status).toBe(200);
    expect(mock.ledger.refunds(orderId)).toHaveLength(1);
  });

  test("cancel_notCancelable_paymentThatIsNotApproved", async () => {
    const { status, json } = await cancel(mock, buyer(mock).paymentKey);
    expect([status, json.code]).toEqual([403, "NOT_CANCELABLE_PAYMENT"]);
  });

  test("cancel_notAllowedPartial_paymentThatOnlyCancelsWhole", async () => {
    const { paymentKey } = await paid(mock, { taxExemptionAmount: 1_000 });
    const { status, json } = await cancel(mock, paymentKey, { cancelAmount: 5_000 });
    expect([status, json.code]).toEqual([403, "NOT_ALLOWED_PARTIAL_REFUND"]);
    expect((await cancel(mock, paymentKey)).json.status).toBe("CANCELED");
  });

  test("cancel_refuses_unknownPaymentAndOtherCurrency", async () => {
    expect((await cancel(mock, "nothing")).json.code).toBe("NOT_FOUND_PAYMENT");
    const { paymentKey } = await paid(mock);
    expect((await cancel(mock, paymentKey, { currency: "USD" })).json.code).toBe("INVALID_CURRENCY");
  });
});
