import { describe, expect, test } from "bun:test";
import { createToss, TossConfigError, type TossOptions } from "../../actors/toss.ts";
import { SECRET_KEY } from "./toss-double.ts";

const errorFor = (options: Partial<TossOptions>): TossConfigError => {
  try {
    createToss({ baseUrl: "https://api.tosspayments.com", secretKey: SECRET_KEY, ...options });
  } catch (error) {
    if (error instanceof TossConfigError) return error;
    throw error;
  }
  throw new Error("The options were accepted.");
};

describe("createToss", () => {
  test.each([
    "https://api.tosspayments.com",
    "https://api.tosspayments.com/",
    "http://127.0.0.1:8080",
    "http://127.8.9.10",
    "http://localhost:8080/toss",
    "http://[::1]:8080",
  ])("createToss_takesTheBaseUrl %s", (baseUrl) => {
    expect(createToss({ baseUrl, secretKey: SECRET_KEY }).circuit()).toBe("closed");
  });

  test.each([
    "http://api.tosspayments.com",
    "http://127.0.0.1.example.com",
    "http://localhost.example.com",
    "http://10.0.0.5:8080",
    "ftp://127.0.0.1",
    "api.tosspayments.com",
    "",
    "https://user:pass@api.tosspayments.com",
    "https://api.tosspayments.com?x=1",
    "https://api.tosspayments.com/#x",
  ])("createToss_refusesTheBaseUrl '%s'", (baseUrl) => {
    const error = errorFor({ baseUrl });
    expect(error.code).toBe("TOSS_BASE_URL_INVALID");
    expect(error.message).not.toContain("pass@");
  });

  test.each([
    ["empty", ""],
    ["with a line end", "test_sk_a1B2c3D4\n"],
    ["with a byte order mark", "\uFEFFtest_sk_a1B2c3D4"],
    ["with a colon", "test_sk_a1B2c3D4:"],
    ["of the client", "test_ck_a1B2c3D4"],
    ["of the widget's client", "live_gck_a1B2c3D4"],
  ])("createToss_refusesTheSecretKeyAndDoesNotTellIt %s", (_, secretKey) => {
    const error = errorFor({ secretKey });
    expect(error.code).toBe("TOSS_SECRET_KEY_INVALID");
    expect(error.message).not.toContain("a1B2c3D4");
    expect(Bun.inspect(error)).not.toContain("_a1B2c3D4");
  });

  test.each([
    { timeoutMs: 0 },
    { timeoutMs: Number.NaN },
    { timeoutMs: 2 ** 31 },
    { maxConcurrent: 0 },
    { maxConcurrent: 1.5 },
    { maxQueued: -1 },
    { maxPerSecond: 0 },
    { maxPerSecond: Number.POSITIVE_INFINITY },
    { breaker: { openAfter: 0 } },
    { breaker: { halfOpenAfterMs: -1 } },
  ])("createToss_refusesTheLimit %#", (options) => {
    expect(errorFor(options).code).toBe("TOSS_LIMIT_INVALID");
  });
});
