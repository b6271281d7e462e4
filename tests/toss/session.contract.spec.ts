import { expect, test } from "bun:test";
import { buyer, call, confirm, handClock, mockForSpec, newOrderId } from "./harness.ts";

const MINUTE = 60_000;
const { clock, advance } = handClock();
const mock = await mockForSpec({ clock });

test("confirm_approves_tenMinutesAfterAuthentication", async () => {
  const body = buyer(mock);
  advance(10 * MINUTE);
  expect((await confirm(mock, body)).json.status).toBe("DONE");
});

test("confirm_sessionNotFound_laterThanTenMinutes", async () => {
  const body = buyer(mock);
  advance(10 * MINUTE + 1);
  const { status, json } = await confirm(mock, body);
  expect(status).toBe(404);
  expect(json).toEqual({
    code: "NOT_FOUND_PAYMENT_SESSION",
    message: "결제 시간이 만료되어 결제 진행 데이터가 존재하지 않습니다.",
  });
  const { json: payment } = await call(mock, `/v1/payments/${body.paymentKey}`);
  expect(payment.status).toBe("EXPIRED");
  expect(payment.failure?.code).toBe("EXPIRED_PAYMENT");
});

test("confirm_sessionNotFound_buyerHasNotAuthenticated", async () => {
  const orderId = newOrderId();
  const { paymentKey } = mock.sessions.open({ orderId, amount: 5_000 });
  const { json } = await confirm(mock, { paymentKey, orderId, amount: 5_000 });
  expect(json.code).toBe("NOT_FOUND_PAYMENT_SESSION");
  mock.authenticate({ orderId, amount: 5_000, paymentKey });
  expect((await confirm(mock, { paymentKey, orderId, amount: 5_000 })).json.status).toBe("DONE");
});

test("authenticate_throws_openWindowOfAnotherAmount", () => {
  const orderId = newOrderId();
  const { paymentKey } = mock.sessions.open({ orderId, amount: 5_000 });
  expect(() => mock.authenticate({ orderId, amount: 4_000, paymentKey })).toThrow("is taken");
  expect(mock.ledger.account(paymentKey).status).toBe("READY");
});

test("lookup_expired_buyerTookLongerThanThirtyMinutes", async () => {
  const { paymentKey } = mock.sessions.open({ orderId: newOrderId(), amount: 5_000 });
  advance(30 * MINUTE + 1);
  expect((await call(mock, `/v1/payments/${paymentKey}`)).json.status).toBe("EXPIRED");
});

test("expire_closesTheSession_atOnce", async () => {
  const body = buyer(mock);
  mock.sessions.expire(body.paymentKey);
  expect((await confirm(mock, body)).json.code).toBe("NOT_FOUND_PAYMENT_SESSION");
});

test("authenticate_throws_malformedRequestOrTakenKey", () => {
  const { paymentKey } = buyer(mock);
  const bad = [
    { orderId: "short", amount: 1_000 },
    { orderId: newOrderId(), amount: 1.5 },
    { orderId: newOrderId(), amount: 100, taxFreeAmount: 101 },
    { orderId: newOrderId(), amount: 1_000, paymentKey },
  ];
  for (const request of bad) expect(() => mock.authenticate(request)).toThrow();
});
