import { describe, expect, test } from "bun:test";
import { buyer, call, cancel, eachForSpec, implementations, newOrderId, paid } from "./harness.ts";

const mocks = await eachForSpec();
const stricts = await eachForSpec({ showUnapproved: false });

describe.each(implementations)("%s", (name) => {
  const mock = mocks[name];
  const strict = stricts[name];

  test("getPayment_givesTheCurrentObject_afterACancel", async () => {
    const { paymentKey } = await paid(mock);
    const cancelled = await cancel(mock, paymentKey, { cancelAmount: 1_000 });
    const { status, text } = await call(mock, `/v1/payments/${paymentKey}`);
    expect(status).toBe(200);
    expect(text).toBe(cancelled.text);
  });

  test("getOrderPayment_givesTheSameObject_byOrderId", async () => {
    const { paymentKey, orderId } = await paid(mock);
    const byKey = await call(mock, `/v1/payments/${paymentKey}`);
    expect((await call(mock, `/v1/payments/orders/${orderId}`)).text).toBe(byKey.text);
  });

  test("getOrderPayment_givesTheApprovedOne_overALaterAttempt", async () => {
    const { paymentKey, orderId } = await paid(mock);
    buyer(mock, { orderId });
    expect((await call(mock, `/v1/payments/orders/${orderId}`)).json.paymentKey).toBe(paymentKey);
  });

  test("lookup_notFound_unknownKeyAndUnknownOrder", async () => {
    for (const path of ["/v1/payments/nothing", `/v1/payments/orders/${newOrderId()}`]) {
      const { status, json } = await call(mock, path);
      expect(status).toBe(404);
      expect(json).toEqual({ code: "NOT_FOUND_PAYMENT", message: "존재하지 않는 결제 정보 입니다." });
    }
  });

  test("lookup_findsOrNot_unconfirmedPaymentAsConfigured", async () => {
    const seen = await call(mock, `/v1/payments/${buyer(mock).paymentKey}`);
    expect(seen.json.status).toBe("IN_PROGRESS");
    const hidden = await call(strict, `/v1/payments/${buyer(strict).paymentKey}`);
    expect(hidden.json.code).toBe("NOT_FOUND_PAYMENT");
  });

  test("lookup_ignoresTheIdempotencyKey_getRequest", async () => {
    const { paymentKey } = await paid(mock);
    const first = await call(mock, `/v1/payments/${paymentKey}`, { key: "same" });
    await cancel(mock, paymentKey);
    const second = await call(mock, `/v1/payments/${paymentKey}`, { key: "same" });
    expect(first.headers.get("idempotency-key")).toBeNull();
    expect([first.json.status, second.json.status]).toEqual(["DONE", "CANCELED"]);
  });
});
