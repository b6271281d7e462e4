import { expect, test } from "bun:test";
import { datesOf, MAX_RANGE_DAYS, todayInSeoul, windowBefore } from "../../settlement/dates.ts";
import { TerminalSettlementError } from "../../settlement/errors.ts";

const at = (instant: string) => ({ now: () => Date.parse(instant) });
const noon = at("2026-11-20T12:00:00+09:00");

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof TerminalSettlementError) return error.code;
    throw error;
  }
  return "none";
};

test.each([
  ["2026-11-20T23:59:59+09:00", "2026-11-20"],
  ["2026-11-21T00:00:01+09:00", "2026-11-21"],
  ["2026-12-31T23:59:59.999+09:00", "2026-12-31"],
  ["2027-01-01T00:00:00+09:00", "2027-01-01"],
])("today_isTheDayInSeoul_at %s", (instant, day) => {
  expect(todayInSeoul(at(instant))).toBe(day);
  expect(datesOf({}, at(instant))).toEqual([day]);
});

test("datesOf_tomorrowBecomesToday_betweenTheTwoSecondsAroundMidnight", () => {
  expect(codeOf(() => datesOf({ date: "2026-11-21" }, at("2026-11-20T23:59:59+09:00")))).toBe("DATE_INVALID");
  expect(datesOf({ date: "2026-11-21" }, at("2026-11-21T00:00:01+09:00"))).toEqual(["2026-11-21"]);
});

test("datesOf_areInOrderWithBothEnds_range", () => {
  expect(datesOf({ from: "2026-10-30", to: "2026-11-02" }, noon)).toEqual([
    "2026-10-30",
    "2026-10-31",
    "2026-11-01",
    "2026-11-02",
  ]);
  expect(datesOf({ from: "2026-11-20", to: "2026-11-20" }, noon)).toEqual(["2026-11-20"]);
});

test("datesOf_endsToday_rangeWithoutEnd", () => {
  expect(datesOf({ from: "2026-11-18" }, noon)).toEqual(["2026-11-18", "2026-11-19", "2026-11-20"]);
});

test.each([
  ["notADate", { date: "yesterday" }],
  ["empty", { date: "" }],
  ["noSuchDay", { date: "2026-02-30" }],
  ["noLeapYear", { date: "2026-02-29" }],
  ["anotherCentury", { date: "1999-12-31" }],
  ["withTime", { date: "2026-11-20T00:00:00" }],
  ["slashes", { date: "2026/11/20" }],
  ["future", { date: "2026-11-21" }],
  ["endInTheFuture", { from: "2026-11-20", to: "2026-11-21" }],
  ["reversed", { from: "2026-11-20", to: "2026-11-19" }],
  ["dateAndRange", { date: "2026-11-19", from: "2026-11-18" }],
  ["onlyTheEnd", { to: "2026-11-19" }],
  ["tooLong", { from: "2025-11-19", to: "2026-11-20" }],
])("datesOf_dateInvalid_%s", (_, request) => {
  expect(codeOf(() => datesOf(request, noon))).toBe("DATE_INVALID");
});

test("datesOf_takesTheLongestRange_toTheDay", () => {
  expect(datesOf({ from: "2025-11-20", to: "2026-11-20" }, noon)).toHaveLength(MAX_RANGE_DAYS);
});

test("windowBefore_isTheDaysBeforeTheEarliest_latestFirst", () => {
  expect(windowBefore(["2026-11-02", "2026-11-01"], 3)).toEqual(["2026-10-31", "2026-10-30", "2026-10-29"]);
  expect(windowBefore(["2026-11-02"], 0)).toEqual([]);
  expect(windowBefore([], 3)).toEqual([]);
});
