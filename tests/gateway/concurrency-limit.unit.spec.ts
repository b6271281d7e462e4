import { expect, test } from "bun:test";
import { createConcurrencyLimit, defaultConcurrency } from "../../gateway/limits/concurrency.ts";

const TARGET_MS = 100;

/** A server that gets through `perSecond` and is always asked for more than the limit lets on, for `seconds`. */
const saturated = (perSecond: number, seconds: number) => {
  const limit = createConcurrencyLimit({ ...defaultConcurrency, targetMs: TARGET_MS });
  const seen: number[] = [];
  for (let answered = 0, now = 0; now < seconds * 1_000; answered += 1) {
    now = (answered * 1_000) / perSecond;
    limit.answered((limit.limit * 1_000) / perSecond, limit.limit, now);
    seen.push(limit.limit);
  }
  return seen.slice(seen.length / 2);
};

test.each([4_000, 10_000, 15_000])("limit_settlesWhereCommandsWaitForTheTarget_%p a second", (perSecond) => {
  const ideal = (perSecond * TARGET_MS) / 1_000;
  const settled = saturated(perSecond, 20);
  expect(Math.min(...settled)).toBeGreaterThan(ideal * 0.7);
  expect(Math.max(...settled)).toBeLessThan(ideal * 1.3);
});

test("limit_neverGoesBelowItsLeast_slowStore", () => {
  expect(new Set(saturated(50, 60))).toEqual(new Set([defaultConcurrency.least]));
});

test("limit_neverGoesBeyondItsMost_fastStore", () => {
  expect(saturated(200_000, 5).at(-1)).toBe(defaultConcurrency.most);
});

test("limit_staysAsItIs_slowAnswersThoughLittleIsUnderWay", () => {
  const limit = createConcurrencyLimit({ ...defaultConcurrency, targetMs: TARGET_MS });
  for (let now = 0; now < 60_000; now += 10) limit.answered(5_000, 3, now);
  expect(limit.limit).toBe(defaultConcurrency.initial);
});

test("limit_losesAFifthAtMost_oneStallOfTheDisk", () => {
  const limit = createConcurrencyLimit({ ...defaultConcurrency, targetMs: TARGET_MS });
  for (let i = 0; i < 20; i += 1) limit.answered(3_000, limit.limit, 200);
  expect(limit.limit).toBe(Math.floor(defaultConcurrency.initial * 0.8));
});
