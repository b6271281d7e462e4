import { expect, test } from "bun:test";
import { buyer, call, cancel, confirm, mockForSpec, paid } from "./harness.ts";

const mock = await mockForSpec();
const account = { bank: "88", accountNumber: "110123456789", holderName: "박토스" };

test("confirm_waitsForDeposit_virtualAccount", async () => {
  const body = buyer(mock, { method: "가상계좌" });
  const { json } = await confirm(mock, body);
  expect(json).toMatchObject({
    status: "WAITING_FOR_DEPOSIT",
    method: "가상계좌",
    approvedAt: null,
    card: null,
    virtualAccount: { accountType: "일반", refundStatus: "NONE", expired: false },
  });
  expect(json.virtualAccount?.accountNumber).toMatch(/^X/);
  expect(mock.ledger.captures(body.orderId)).toEqual([]);
  expect(mock.ledger.transactions({ orderId: body.orderId })).toMatchObject([{ amount: 0 }]);
});

test("deposit_capturesTheMoney_andDone", async () => {
  const { paymentKey, orderId } = await paid(mock, { method: "가상계좌" });
  expect(mock.deposit(paymentKey).status).toBe("DONE");
  expect(mock.ledger.captures(orderId)).toMatchObject([{ amount: 15_000 }]);
  expect(() => mock.deposit(paymentKey)).toThrow("waits for no deposit");
});

test("deposit_isReachable_overHttp", async () => {
  const { paymentKey } = await paid(mock, { method: "가상계좌" });
  const { json } = await call(mock, "/mock/deposits", { body: { paymentKey } });
  expect(json.status).toBe("DONE");
  expect((await call(mock, "/mock/deposits", { body: { paymentKey } })).status).toBe(400);
});

test("cancel_onlyWhole_beforeTheDeposit", async () => {
  const { paymentKey, orderId } = await paid(mock, { method: "가상계좌" });
  const partial = await cancel(mock, paymentKey, { cancelAmount: 1_000 });
  expect([partial.status, partial.json.code]).toEqual([403, "NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT"]);
  expect((await cancel(mock, paymentKey)).json.status).toBe("CANCELED");
  expect(mock.ledger.refunds(orderId)).toEqual([]);
});

test("cancel_needsARefundAccount_afterTheDeposit", async () => {
  const { paymentKey } = await paid(mock, { method: "가상계좌" });
  mock.deposit(paymentKey);
  expect((await cancel(mock, paymentKey)).json.code).toBe("INVALID_REFUND_ACCOUNT_INFO");
  const { json } = await cancel(mock, paymentKey, { cancelAmount: 1_000, refundReceiveAccount: account });
  expect(json).toMatchObject({
    status: "PARTIAL_CANCELED",
    balanceAmount: 14_000,
    virtualAccount: { refundStatus: "PENDING", refundReceiveAccount: { bankCode: "88" } },
  });
});
