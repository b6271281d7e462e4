import { describe, expect, test } from "bun:test";
import { buyer, confirm, eachForSpec, implementations, newOrderId, paid } from "./harness.ts";

const mocks = await eachForSpec();

describe.each(implementations)("%s", (name) => {
  const mock = mocks[name];

  test("confirm_capturesOnce_authenticatedPayment", async () => {
    const body = buyer(mock, { amount: 9_026 });
    const { status, json } = await confirm(mock, body);
    expect(status).toBe(200);
    expect(json).toMatchObject({ ...{ paymentKey: body.paymentKey, orderId: body.orderId }, status: "DONE" });
    expect(mock.ledger.captures(body.orderId)).toMatchObject([
      { kind: "approval", amount: 9_026, transactionKey: json.lastTransactionKey ?? "none" },
    ]);
  });

  test("confirm_alreadyProcessed_secondConfirmWithoutAKey", async () => {
    const body = await paid(mock);
    const { status, json } = await confirm(mock, body);
    expect(status).toBe(400);
    expect(json).toEqual({ code: "ALREADY_PROCESSED_PAYMENT", message: "이미 처리된 결제 입니다." });
    expect(mock.ledger.captures(body.orderId)).toHaveLength(1);
  });

  test("confirm_alreadyProcessed_anotherOrdersPaidKey", async () => {
    const { paymentKey } = await paid(mock);
    const { json } = await confirm(mock, { paymentKey, orderId: newOrderId(), amount: 15_000 });
    expect(json.code).toBe("ALREADY_PROCESSED_PAYMENT");
  });

  test("confirm_invalidRequest_anotherAmountOrOrderThanAuthenticated", async () => {
    const body = buyer(mock);
    for (const wrong of [{ amount: 14_999 }, { amount: 15_001 }, { orderId: newOrderId() }]) {
      const { status, json } = await confirm(mock, { ...body, ...wrong });
      expect([status, json.code]).toEqual([400, "INVALID_REQUEST"]);
    }
    expect((await confirm(mock, body)).status).toBe(200);
  });

  test("confirm_duplicatedOrderId_secondSessionOfAPaidOrder", async () => {
    const { orderId } = await paid(mock);
    const { status, json } = await confirm(mock, buyer(mock, { orderId }));
    expect([status, json.code]).toEqual([400, "DUPLICATED_ORDER_ID"]);
    expect(mock.ledger.captures(orderId)).toHaveLength(1);
  });

  test("confirm_belowMinimum_cardUnder100AndTransferUnder200", async () => {
    const codeOf = async (amount: number, method: "카드" | "계좌이체") =>
      (await confirm(mock, buyer(mock, { amount, method }))).json.code ?? "paid";
    expect(await codeOf(99, "카드")).toBe("BELOW_MINIMUM_AMOUNT");
    expect(await codeOf(100, "카드")).toBe("paid");
    expect(await codeOf(199, "계좌이체")).toBe("BELOW_MINIMUM_AMOUNT");
    expect(await codeOf(200, "계좌이체")).toBe("paid");
  });

  test("confirm_notFound_paymentKeyNeverIssued", async () => {
    const { status, json } = await confirm(mock, {
      paymentKey: "none",
      orderId: newOrderId(),
      amount: 1_000,
    });
    expect([status, json.code]).toEqual([404, "NOT_FOUND_PAYMENT"]);
  });
});
