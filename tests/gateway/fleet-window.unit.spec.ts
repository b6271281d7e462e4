import { expect, test } from "bun:test";
import { createFlowWindow, type Transition } from "../../gateway/fleet/flows.ts";
import { createSeen } from "../../gateway/fleet/seen.ts";

const NOW = Date.parse("2026-11-23T01:02:03.500Z");

/** One that happened `ms` before now. */
const paid = (ms: number): Transition => ({
  type: "payment.captured",
  at: new Date(NOW - ms).toISOString(),
  from: "paying",
  to: "paid",
});

const countIn = (window: ReturnType<typeof createFlowWindow>, now = NOW): number =>
  window.flows(now).reduce((sum, { count }) => sum + count, 0);

test("perSecond_endsWithTheLastWholeSecond_oldestFirst", () => {
  const window = createFlowWindow();
  for (const ms of [0, 500, 501, 1_500, 60_500]) window.add(paid(ms), NOW);
  const perSecond = window.perSecond(NOW);
  expect(perSecond).toHaveLength(60);
  // 0 and 500 ms ago: in the second that runs.
  expect([perSecond[0], perSecond[59]]).toEqual([1, 2]);
  expect(perSecond.reduce((sum, one) => sum + one, 0)).toBe(3);
  expect(countIn(window)).toBe(5);
});

test("add_leavesOut_whatIsOlderThanTheWindowOrHasNoTime", () => {
  const window = createFlowWindow();
  for (const ms of [60_501, 3_600_000]) window.add(paid(ms), NOW);
  window.add({ ...paid(0), at: "yesterday" }, NOW);
  expect(window.flows(NOW)).toEqual([]);
});

test("add_takesForNow_whatComesFromAClockThatIsAhead", () => {
  const window = createFlowWindow();
  window.add(paid(-5_000), NOW);
  expect(countIn(window)).toBe(1);
  expect(window.perSecond(NOW + 1_000)[59]).toBe(1);
});

test("flows_forgetAMinuteLater_ringIsUsedAgain", () => {
  const window = createFlowWindow();
  for (let second = 0; second < 200; second += 1) window.add(paid(-second * 1_000), NOW + second * 1_000);
  const now = NOW + 199_000;
  expect(countIn(window, now)).toBe(61);
  expect(window.perSecond(now)).toEqual(Array(60).fill(1));
  expect(countIn(window, now + 30_000)).toBe(31);
  expect(countIn(window, now + 61_000)).toBe(0);
});

test("flows_sumEachWay_acrossSeconds", () => {
  const window = createFlowWindow();
  const strayed: Transition = { ...paid(10_000), type: "payment.strayed", from: "paid", to: "paid" };
  for (const one of [paid(1_000), paid(30_000), strayed]) window.add(one, NOW);
  expect(window.flows(NOW)).toEqual([
    { event: "payment.captured", from: "paying", to: "paid", count: 2 },
    { event: "payment.strayed", from: "paid", to: "paid", count: 1 },
  ]);
});

test("isNew_isFalse_sameOrEarlierEventOfAnOrder", () => {
  const seen = createSeen(10);
  expect([seen.isNew("a", 1), seen.isNew("a", 2), seen.isNew("b", 1)]).toEqual([true, true, true]);
  expect([seen.isNew("a", 2), seen.isNew("a", 1), seen.isNew("b", 1)]).toEqual([false, false, false]);
  expect(seen.isNew("a", 3)).toBe(true);
});

test("isNew_remembersAtLeastSoMany_andForgetsTheRest", () => {
  const seen = createSeen(100);
  for (let order = 0; order < 1_000; order += 1) seen.isNew(String(order), 1);
  const known = Array.from({ length: 1_000 }, (_, order) => !seen.isNew(String(order), 1)).filter(Boolean);
  expect(known.length).toBeLessThanOrEqual(200);
  for (let order = 0; order < 1_000; order += 1) seen.isNew(String(order), 2);
  for (let order = 900; order < 1_000; order += 1) expect(seen.isNew(String(order), 2)).toBe(false);
});
