import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { buyer, call, cancel, confirm, eachForSpec, implementations, paid } from "./harness.ts";

const mocks = await eachForSpec();

describe.each(implementations)("%s", (name) => {
  const mock = mocks[name];

  test.each([
    ["malformedJson", '{"paymentKey":'],
    ["noBody", ""],
    ["null", "null"],
    ["array", "[]"],
    ["text", '"text"'],
    ["twoMegabytes", "x".repeat(2_000_000)],
  ])("confirm_invalidRequest_%s", async (_, body) => {
    const { status, json } = await confirm(mock, body);
    expect([status, json.code]).toEqual([400, "INVALID_REQUEST"]);
  });

  test.each([
    { amount: "15000" },
    { amount: -1 },
    { amount: 0 },
    { amount: 0.5 },
    { amount: 2 ** 53 },
    { amount: null },
    { orderId: "short" },
    { orderId: "한글주문번호" },
    { orderId: "x".repeat(65) },
    { paymentKey: "" },
    { paymentKey: "k".repeat(201) },
    { paymentKey: { $ne: null } },
  ])("confirm_invalidRequest_%j", async (wrong) => {
    const { status, json } = await confirm(mock, { ...buyer(mock), ...wrong });
    expect([status, json.code]).toEqual([400, "INVALID_REQUEST"]);
  });

  test.each([{ cancelAmount: "1" }, { cancelAmount: -1 }, { cancelAmount: 0 }, { cancelAmount: 1.5 }])(
    "cancel_invalidRequest_%j",
    async (wrong) => {
      const { paymentKey, orderId } = await paid(mock);
      const { status, json } = await cancel(mock, paymentKey, wrong);
      expect([status, json.code]).toEqual([400, "INVALID_REQUEST"]);
      expect(mock.ledger.refunds(orderId)).toEqual([]);
    },
  );

  test("path_invalidRequest_undecodableParameter", async () => {
    for (const path of ["/v1/payments/%zz", "/v1/payments/orders/%E3%81"]) {
      const { status, json } = await call(mock, path);
      expect([status, json.code]).toEqual([400, "INVALID_REQUEST"]);
    }
  });

  test("authentication_badRequest_overHttpSaysWhatIsWrong", async () => {
    for (const body of [
      "{",
      {},
      { orderId: "order-1", amount: "1" },
      { orderId: "order-1", amount: 1, extra: 1 },
    ]) {
      const { status, json } = await call(mock, "/mock/authentications", { body });
      expect([status, json.code]).toEqual([400, "INVALID_REQUEST"]);
      expect(json.message).toStartWith("Bad body");
    }
  });

  test("anyBody_neverIs5xx_randomJsonToEveryPost", async () => {
    const { paymentKey } = await paid(mock);
    const paths = [
      "/v1/payments/confirm",
      `/v1/payments/${paymentKey}/cancel`,
      "/mock/authentications",
      "/mock/deposits",
      "/mock/webhooks/resend",
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.json(), async (path, body) => {
        const { status } = await call(mock, path, { body });
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 300 },
    );
  });

  test("anyIdempotencyKey_neverBreaksTheReply_oddCharacters", async () => {
    for (const key of ["\u00e9\u00ff", 'a,b;c="d"', "  spaced  ", "<script>"]) {
      expect((await confirm(mock, buyer(mock), { key })).status).toBe(200);
    }
  });
});
