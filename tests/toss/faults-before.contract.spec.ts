import { expect, test } from "bun:test";
import { buyer, call, confirm, failureOf, mockForSpec } from "./harness.ts";

const mock = await mockForSpec();
const lenient = await mockForSpec({ bindServerErrors: false });

test("dropBefore_cutsAndProcessesNothing_thenTheSameKeyRuns", async () => {
  const body = buyer(mock);
  mock.faults.next("confirm", { kind: "dropBefore" });
  expect(await failureOf(confirm(mock, body, { key: "drop" }))).toBe("ECONNRESET");
  expect(mock.ledger.captures(body.orderId)).toEqual([]);
  expect((await confirm(mock, body, { key: "drop" })).status).toBe(200);
});

test("timeoutBefore_neverRepliesAndProcessesNothing_thenTheSameKeyRuns", async () => {
  const body = buyer(mock);
  mock.faults.next("confirm", { kind: "timeoutBefore" });
  expect(await failureOf(confirm(mock, body, { key: "lost", timeoutMs: 100 }))).toBe("TimeoutError");
  expect(mock.ledger.captures(body.orderId)).toEqual([]);
  expect((await confirm(mock, body, { key: "lost" })).status).toBe(200);
});

test.each([
  ["conflict", 409, "IDEMPOTENT_REQUEST_PROCESSING"],
  ["tooManyRequests", 429, "TOO_MANY_REQUESTS"],
] as const)("%s_isNotBound_theSameKeyRunsNext", async (kind, status, code) => {
  const body = buyer(mock);
  mock.faults.next("confirm", { kind });
  const refused = await confirm(mock, body, { key: kind });
  expect([refused.status, refused.json.code]).toEqual([status, code]);
  expect((await confirm(mock, body, { key: kind })).status).toBe(200);
});

test("error_isBoundToItsKey_aRetryableErrorNeedsANewKey", async () => {
  const body = buyer(mock);
  mock.faults.next("confirm", { kind: "error", code: "PROVIDER_ERROR" });
  const first = await confirm(mock, body, { key: "stuck" });
  expect([first.status, first.json.code]).toEqual([400, "PROVIDER_ERROR"]);
  expect((await confirm(mock, body, { key: "stuck" })).text).toBe(first.text);
  expect(mock.ledger.captures(body.orderId)).toEqual([]);
  expect((await confirm(mock, body, { key: "fresh" })).status).toBe(200);
});

test("error5xx_isBoundOrNot_asConfigured", async () => {
  for (const [target, second] of [
    [mock, 500],
    [lenient, 200],
  ] as const) {
    const body = buyer(target);
    target.faults.next("confirm", { kind: "error", code: "FAILED_INTERNAL_SYSTEM_PROCESSING" });
    expect((await confirm(target, body, { key: "5xx" })).status).toBe(500);
    expect((await confirm(target, body, { key: "5xx" })).status).toBe(second);
  }
});

test("error_strikesLookups_too", async () => {
  const { paymentKey } = buyer(mock);
  mock.faults.next("getPayment", { kind: "error", code: "FORBIDDEN_CONSECUTIVE_REQUEST" });
  expect((await call(mock, `/v1/payments/${paymentKey}`)).status).toBe(403);
  expect((await call(mock, `/v1/payments/${paymentKey}`)).status).toBe(200);
});
