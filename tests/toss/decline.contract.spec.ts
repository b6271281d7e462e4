import { describe, expect, test } from "bun:test";
import { buyer, call, confirm, eachForSpec, implementations } from "./harness.ts";

const mocks = await eachForSpec();

describe.each(implementations)("%s", (name) => {
  const mock = mocks[name];

  test("confirm_declinesAndAborts_sessionProgrammedToDecline", async () => {
    const body = buyer(mock, { decline: "REJECT_CARD_PAYMENT" });
    const { status, json } = await confirm(mock, body);
    expect(status).toBe(403);
    const message = "한도초과 혹은 잔액부족으로 결제에 실패했습니다.";
    expect(json).toEqual({ code: "REJECT_CARD_PAYMENT", message });

    const { json: payment } = await call(mock, `/v1/payments/${body.paymentKey}`);
    expect(payment).toMatchObject({
      status: "ABORTED",
      approvedAt: null,
      failure: { code: json.code, message },
    });
    expect(mock.ledger.captures(body.orderId)).toEqual([]);
  });

  test("confirm_sessionNotFound_afterADecline", async () => {
    const body = buyer(mock, { decline: "INVALID_STOPPED_CARD" });
    await confirm(mock, body);
    expect((await confirm(mock, body)).json.code).toBe("NOT_FOUND_PAYMENT_SESSION");
  });

  test("confirm_approves_newSessionOfTheSameOrderAfterADecline", async () => {
    const declined = buyer(mock, { decline: "REJECT_CARD_COMPANY" });
    await confirm(mock, declined);
    const second = buyer(mock, { orderId: declined.orderId });
    expect((await confirm(mock, second)).json.status).toBe("DONE");
    const { json } = await call(mock, `/v1/payments/orders/${declined.orderId}`);
    expect(json.paymentKey).toBe(second.paymentKey);
  });
});
