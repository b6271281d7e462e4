import { expect, test } from "bun:test";
import { buyer, call, confirm, mockForSpec, paid } from "./harness.ts";

const mock = await mockForSpec();

test("faults_strikeOnlyTheirOrder_othersPass", async () => {
  const [one, two] = [buyer(mock), buyer(mock)];
  mock.faults.next("confirm", { kind: "tooManyRequests" }, { orderId: two.orderId });
  expect((await confirm(mock, one)).status).toBe(200);
  expect((await confirm(mock, two)).status).toBe(429);
  expect(mock.faults.pending()).toBe(0);
});

test("faults_findTheOrderOfACancel_byItsPayment", async () => {
  const { paymentKey, orderId } = await paid(mock);
  mock.faults.next("cancel", { kind: "conflict" }, { orderId });
  const { status } = await call(mock, `/v1/payments/${paymentKey}/cancel`, { body: { cancelReason: "r" } });
  expect(status).toBe(409);
});

test("faults_strikeInOrder_armedOneAfterAnother", async () => {
  const body = buyer(mock);
  mock.faults.next("confirm", { kind: "tooManyRequests" }, { times: 2 });
  mock.faults.next("confirm", { kind: "conflict" });
  const statuses: number[] = [];
  for (let i = 0; i < 4; i++) statuses.push((await confirm(mock, body, { key: "in-order" })).status);
  expect(statuses).toEqual([429, 429, 409, 200]);
});

test("faults_areArmedAndCleared_overHttp", async () => {
  const body = buyer(mock);
  const fault = { kind: "error", code: "EXCEED_MAX_AMOUNT" };
  const armed = await call(mock, "/mock/faults", { body: { route: "confirm", fault, times: 3 } });
  expect([armed.status, armed.text]).toEqual([200, '{"pending":3}']);
  expect((await confirm(mock, body)).json.code).toBe("EXCEED_MAX_AMOUNT");
  await call(mock, "/mock/faults", { method: "DELETE" });
  expect((await confirm(mock, body)).status).toBe(200);
});

test.each([
  [{ route: "confirm", fault: { kind: "noSuchKind" } }],
  [{ route: "nowhere", fault: { kind: "conflict" } }],
  [{ route: "confirm", fault: { kind: "error", code: "NO_SUCH_CODE" } }],
  [{ route: "confirm", fault: { kind: "slow", ms: -1 } }],
  [{ route: "confirm", fault: { kind: "conflict" }, times: 0 }],
  ["not json"],
])("faults_badRequest_%j", async (body) => {
  const { status, json } = await call(mock, "/mock/faults", { body });
  expect([status, json.code]).toEqual([400, "INVALID_REQUEST"]);
  expect(mock.faults.pending()).toBe(0);
});
