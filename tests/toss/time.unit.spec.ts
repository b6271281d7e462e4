import { expect, test } from "bun:test";
import { compactTime, seoulTime, webhookTime } from "./payments/time.ts";

test("time_isSeouls_overTheYearsEnd", () => {
  const at = Date.parse("2026-12-31T15:00:00.007Z");
  expect(seoulTime(at)).toBe("2027-01-01T00:00:00+09:00");
  expect(webhookTime(at)).toBe("2027-01-01T00:00:00.007000");
  expect(compactTime(at)).toBe("20270101000000");
});

test("seoulTime_namesTheSameInstant_whenParsed", () => {
  const at = Date.parse("2026-11-23T01:02:03Z");
  expect(Date.parse(seoulTime(at))).toBe(at);
});
