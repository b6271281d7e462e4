import { expect, test } from "bun:test";
import { buyer, call, cancel, confirm, failureOf, mockForSpec, paid, until } from "./harness.ts";

const mock = await mockForSpec();

test("timeoutAfterSuccess_capturesAndNeverReplies_replayTellsTheTruth", async () => {
  const body = buyer(mock);
  mock.faults.next("confirm", { kind: "timeoutAfterSuccess" });
  expect(await failureOf(confirm(mock, body, { key: "t", timeoutMs: 100 }))).toBe("TimeoutError");
  expect(mock.ledger.captures(body.orderId)).toHaveLength(1);
  expect((await call(mock, `/v1/payments/${body.paymentKey}`)).json.status).toBe("DONE");
  expect((await confirm(mock, body, { key: "t" })).json.status).toBe("DONE");
  expect(mock.ledger.captures(body.orderId)).toHaveLength(1);
});

test("dropAfterSuccess_refundsAndCuts_replayRefundsNoMore", async () => {
  const { paymentKey, orderId } = await paid(mock);
  mock.faults.next("cancel", { kind: "dropAfterSuccess" });
  const refund = () => cancel(mock, paymentKey, { cancelAmount: 4_000 }, { key: "d" });
  expect(await failureOf(refund())).toBe("ECONNRESET");
  expect((await refund()).json.balanceAmount).toBe(11_000);
  expect(mock.ledger.refunds(orderId)).toHaveLength(1);
});

test("errorAfterSuccess_capturesBehindA5xx_andBindsTheError", async () => {
  const body = buyer(mock);
  mock.faults.next("confirm", { kind: "errorAfterSuccess" });
  const first = await confirm(mock, body, { key: "e" });
  expect([first.status, first.json.code]).toEqual([500, "FAILED_INTERNAL_SYSTEM_PROCESSING"]);
  expect((await confirm(mock, body, { key: "e" })).text).toBe(first.text);
  expect((await confirm(mock, body, { key: "e2" })).json.code).toBe("ALREADY_PROCESSED_PAYMENT");
  expect(mock.ledger.captures(body.orderId)).toHaveLength(1);
});

test("errorAfterSuccess_takesAnyCode_suchAsProviderError", async () => {
  const { paymentKey, orderId } = await paid(mock);
  mock.faults.next("cancel", { kind: "errorAfterSuccess", code: "PROVIDER_ERROR" });
  expect((await cancel(mock, paymentKey)).json.code).toBe("PROVIDER_ERROR");
  expect(mock.ledger.refunds(orderId)).toHaveLength(1);
});

test("malformedBody_isNotJson_replayIsWhole", async () => {
  const body = buyer(mock);
  mock.faults.next("confirm", { kind: "malformedBody" });
  const broken = await confirm(mock, body, { key: "m" });
  expect(broken.status).toBe(200);
  expect(() => JSON.parse(broken.text)).toThrow();
  expect((await confirm(mock, body, { key: "m" })).json.status).toBe("DONE");
});

test.each([
  ["beforeProcessing", 0],
  ["beforeReply", 1],
] as const)("slow_keepsTheKeyInFlight_%s", async (at, capturedMeanwhile) => {
  const body = buyer(mock);
  mock.faults.next("confirm", { kind: "slow", ms: 500, at });
  const first = confirm(mock, body, { key: at });
  await until(() => mock.ledger.requests({ idempotencyKey: at }).length === 1);
  expect((await confirm(mock, body, { key: at })).status).toBe(409);
  expect(mock.ledger.captures(body.orderId)).toHaveLength(capturedMeanwhile);
  expect((await first).json.status).toBe("DONE");
});

test("timeoutAfterSuccess_strikesReplaysAsWell_armedTwice", async () => {
  const body = buyer(mock);
  mock.faults.next("confirm", { kind: "timeoutAfterSuccess" }, { times: 2, orderId: body.orderId });
  for (const _ of [1, 2]) {
    expect(await failureOf(confirm(mock, body, { key: "twice", timeoutMs: 100 }))).toBe("TimeoutError");
  }
  expect((await confirm(mock, body, { key: "twice" })).status).toBe(200);
  expect(mock.ledger.captures(body.orderId)).toHaveLength(1);
});
