import { expect, test } from "bun:test";
import { Value } from "@sinclair/typebox/value";
import { addDays, isKstDate, KstDate, kstDateOf, kstMidnight } from "../../machines/mod.ts";

test("kstDateOf_changesAtMidnightInSeoul_nineHoursBeforeUtc", () => {
  expect(kstDateOf("2026-11-20T14:59:59.999Z")).toBe("2026-11-20");
  expect(kstDateOf("2026-11-20T15:00:00.000Z")).toBe("2026-11-21");
});

test("kstMidnight_isTheFirstInstantOfTheDay_inUtc", () => {
  expect(kstMidnight("2026-11-21")).toBe("2026-11-20T15:00:00.000Z");
  expect(kstDateOf(kstMidnight("2027-01-01"))).toBe("2027-01-01");
});

test("addDays_goesOverMonthsYearsAndLeapDays_bothWays", () => {
  expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
  expect(addDays("2028-03-01", -1)).toBe("2028-02-29");
  expect(addDays("2026-11-25", 0)).toBe("2026-11-25");
  expect(addDays("no day", 1)).toBe("");
});

const days = ["2026-11-25", "2028-02-29", "2099-12-31"];
const noDays = ["2026-02-30", "2027-02-29", "2026-13-01", "2026-1-05", "2026-01-5", "206-01-05"];
const misshapen = [
  "12026-01-05",
  "2026-01-05 ",
  "2026-01-05T00:00:00.000Z",
  "20ab-01-05",
  "2026-ab-05",
  "2026-01-ab",
];

test("isKstDate_isADayThatExists_inThisCentury", () => {
  expect(days.filter((day) => !isKstDate(day))).toEqual([]);
  expect([...noDays, ...misshapen, "1999-12-31", ""].filter(isKstDate)).toEqual([]);
});

test("schema_hasTheShapeOfADay_andLeavesTheCalendarToOthers", () => {
  expect(days.filter((day) => !Value.Check(KstDate, day))).toEqual([]);
  expect(Value.Check(KstDate, "2026-02-30")).toBe(true);
  const wrong = ["2026-13-01", "2026-00-10", "2026-01-32", "2026-01-00", "1999-12-31", ...misshapen];
  expect(wrong.filter((day) => Value.Check(KstDate, day))).toEqual([]);
});
