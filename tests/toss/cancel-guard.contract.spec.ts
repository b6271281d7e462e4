import { describe, expect, test } from "bun:test";
import { cancel, eachForSpec, implementations, paid } from "./harness.ts";

const mocks = await eachForSpec();

describe.each(implementations)("%s", (name) => {
  const mock = mocks[name];

  test("cancel_notMatchesRefundable_balanceIsNotWhatTheMerchantBelieves", async () => {
    const { paymentKey, orderId } = await paid(mock);
    const wrong = await cancel(mock, paymentKey, { cancelAmount: 5_000, refundableAmount: 14_999 });
    expect([wrong.status, wrong.json.code]).toEqual([400, "NOT_MATCHES_REFUNDABLE_AMOUNT"]);
    expect(mock.ledger.refunds(orderId)).toEqual([]);
    const right = await cancel(mock, paymentKey, { cancelAmount: 5_000, refundableAmount: 15_000 });
    expect(right.json.balanceAmount).toBe(10_000);
  });

  test("cancel_executesOnlyOne_twoGuardedRefundsAtOnce", async () => {
    const { paymentKey, orderId } = await paid(mock);
    const refund = () => cancel(mock, paymentKey, { cancelAmount: 9_000, refundableAmount: 15_000 });
    const codes = (await Promise.all([refund(), refund()])).map(({ json }) => json.code ?? "done");
    expect(codes.sort()).toEqual(["NOT_MATCHES_REFUNDABLE_AMOUNT", "done"]);
    expect(mock.ledger.refunds(orderId)).toHaveLength(1);
  });

  test("cancel_notCancelableAmount_moreThanTheBalance", async () => {
    const { paymentKey } = await paid(mock);
    const { status, json } = await cancel(mock, paymentKey, { cancelAmount: 15_001 });
    expect(status).toBe(403);
    expect(json).toEqual({ code: "NOT_CANCELABLE_AMOUNT", message: "취소 할 수 없는 금액 입니다." });
  });

  test("cancel_staysPartialCanceled_partialCancelsSumToTheTotal", async () => {
    const { paymentKey } = await paid(mock);
    await cancel(mock, paymentKey, { cancelAmount: 10_000 });
    const last = await cancel(mock, paymentKey, { cancelAmount: 5_000 });
    expect(last.json).toMatchObject({
      status: "PARTIAL_CANCELED",
      balanceAmount: 0,
      suppliedAmount: 0,
      vat: 0,
    });
  });

  test("cancelAgain_is403_afterPartialCancelsReachedZero", async () => {
    const { paymentKey } = await paid(mock);
    await cancel(mock, paymentKey, { cancelAmount: 10_000 });
    await cancel(mock, paymentKey);
    for (const body of [{}, { cancelAmount: 1 }]) {
      const { status, json } = await cancel(mock, paymentKey, body);
      expect([status, json.code]).toEqual([403, "NOT_CANCELABLE_AMOUNT"]);
    }
  });

  test("cancelAgain_is400_afterOneFullCancel", async () => {
    const { paymentKey } = await paid(mock);
    await cancel(mock, paymentKey);
    const { status, json } = await cancel(mock, paymentKey, { cancelAmount: 1 });
    expect([status, json.code]).toEqual([400, "ALREADY_CANCELED_PAYMENT"]);
  });
});
