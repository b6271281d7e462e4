import { expect, test } from "bun:test";
import { buyer, call, confirm, mockForSpec } from "./harness.ts";

const mock = await mockForSpec();
const live = await mockForSpec({ secretKey: "live_sk_jumun_mock" });
const asking = (code: string) => ({ headers: { "TossPayments-Test-Code": code } });

test("testCode_forcesTheError_andChangesNothing", async () => {
  const body = buyer(mock);
  const { status, json } = await confirm(mock, body, asking("INVALID_CARD_EXPIRATION"));
  expect([status, json.code]).toEqual([400, "INVALID_CARD_EXPIRATION"]);
  expect((await confirm(mock, body)).json.status).toBe("DONE");
});

test("testCode_keepsTheCodesOwnStatus_anyRoute", async () => {
  const { paymentKey } = buyer(mock);
  const path = `/v1/payments/${paymentKey}`;
  expect((await call(mock, path, asking("FORBIDDEN_CONSECUTIVE_REQUEST"))).status).toBe(403);
  expect((await call(mock, path, asking("FAILED_INTERNAL_SYSTEM_PROCESSING"))).status).toBe(500);
});

test.each(["NO_SUCH_CODE", "toString", ""])("testCode_isInvalid_%p", async (code) => {
  const { status, json } = await confirm(mock, buyer(mock), asking(code));
  expect([status, json.code]).toEqual([400, "INVALID_TEST_CODE"]);
});

test("testCode_isBoundToTheKey_exceptThe409", async () => {
  const bound = buyer(mock);
  await confirm(mock, bound, { key: "bound", ...asking("PROVIDER_ERROR") });
  expect((await confirm(mock, bound, { key: "bound" })).json.code).toBe("PROVIDER_ERROR");

  const free = buyer(mock);
  const conflict = await confirm(mock, free, { key: "free", ...asking("IDEMPOTENT_REQUEST_PROCESSING") });
  expect(conflict.status).toBe(409);
  expect((await confirm(mock, free, { key: "free" })).status).toBe(200);
});

test("testCode_isIgnored_liveKey", async () => {
  expect((await confirm(live, buyer(live), asking("REJECT_CARD_PAYMENT"))).status).toBe(200);
});
