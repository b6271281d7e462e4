import { describe, expect, test } from "bun:test";
import { call, eachForSpec, implementations } from "./harness.ts";

const mocks = await eachForSpec();

describe.each(implementations)("%s", (name) => {
  const mock = mocks[name];

  test.each(["/", "/v1", "/v1/payments", "/v1/nothing/here", "/v1/payments/a/b/c", "/mock/nothing"])(
    "unknownPath_is404InTheProvidersShape_%s",
    async (path) => {
      const { status, json } = await call(mock, path);
      expect(status).toBe(404);
      expect(json).toEqual({ code: "NOT_FOUND", message: "존재하지 않는 정보 입니다." });
    },
  );

  test("unknownMethod_is404WithItsOwnCode_knownPath", async () => {
    const { status, json } = await call(mock, "/v1/payments/orders/order-1", { method: "PUT" });
    expect([status, json.code]).toEqual([404, "NOT_FOUND_HTTP_METHOD"]);
  });
});
