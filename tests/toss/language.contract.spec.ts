import { describe, expect, test } from "bun:test";
import { call, eachForSpec, implementations } from "./harness.ts";

const mocks = await eachForSpec();

describe.each(implementations)("%s", (name) => {
  const mock = mocks[name];

  test.each([
    ["en-US", "The payment does not exist."],
    ["en", "The payment does not exist."],
    ["ko-KR", "존재하지 않는 결제 정보 입니다."],
    ["fr", "존재하지 않는 결제 정보 입니다."],
  ])("errorMessage_isInTheCallersLanguage_%s", async (language, message) => {
    const { json } = await call(mock, "/v1/payments/nothing", { headers: { "accept-language": language } });
    expect(json).toEqual({ code: "NOT_FOUND_PAYMENT", message });
  });
});
