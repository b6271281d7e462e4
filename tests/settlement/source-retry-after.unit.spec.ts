import { expect, test } from "bun:test";
import { retryAfterMs } from "../../settlement/toss/retry-after.ts";

const now = Date.parse("2026-11-20T00:00:00Z");

test.each([
  ["0", 0],
  ["2", 2_000],
  [" 30 ", 30_000],
  ["1.5", 1_500],
  ["Fri, 20 Nov 2026 00:00:05 GMT", 5_000],
  ["Thu, 19 Nov 2026 00:00:00 GMT", 0],
])("retryAfterMs_isRead %p", (value, ms) => expect(retryAfterMs(value, now)).toBe(ms));

test.each([null, "", "soon", "-1", "1e9", "Fri, 99 Nov", "9999999999999"])(
  "retryAfterMs_isUnknown %p",
  (value) => expect(retryAfterMs(value, now)).toBeUndefined(),
);
