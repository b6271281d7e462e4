import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  addDays,
  CalendarError,
  type CalendarOverrides,
  createCalendar,
  type HolidayTable,
  type KstDate,
} from "../../machines/mod.ts";

/** The official holidays of two years, without those that fall on a weekend anyway. */
const table: HolidayTable = {
  "2026": new Set(
    "01-01 02-16 02-17 02-18 03-02 05-01 05-05 05-25 06-03 07-17 08-17 09-24 09-25 10-05 10-09 12-25"
      .split(" ")
      .map((day) => `2026-${day}`),
  ),
  "2027": new Set(
    "01-01 02-08 02-09 03-01 05-03 05-05 05-13 07-19 08-16 09-14 09-15 09-16 10-04 10-11 12-27"
      .split(" ")
      .map((day) => `2027-${day}`),
  ),
};
const calendar = createCalendar(table);

const codeOf = (run: () => unknown): string => {
  try {
    run();
    return "nothing thrown";
  } catch (error) {
    return error instanceof CalendarError ? `${error.code} ${error.year}` : String(error);
  }
};

test.each([
  ["ordinaryWeek", "2026-11-16", "2026-11-19"],
  ["overAWeekend", "2026-11-19", "2026-11-24"],
  ["soldOnASaturday", "2026-11-21", "2026-11-25"],
  ["soldOnASunday", "2026-11-22", "2026-11-25"],
  ["chuseok", "2026-09-22", "2026-09-29"],
  ["eveOfChuseok", "2026-09-23", "2026-09-30"],
  ["soldOnChuseokItself", "2026-09-25", "2026-09-30"],
  ["eveOfLunarNewYear", "2026-02-13", "2026-02-23"],
  ["lunarNewYearWithASubstituteDay", "2027-02-05", "2027-02-12"],
  ["substituteHolidayOfLiberationDay", "2026-08-14", "2026-08-20"],
  ["yearEndOverJanuary1st", "2026-12-30", "2027-01-05"],
  ["newYearsEve", "2026-12-31", "2027-01-06"],
] as const)("paidOutDateOf_threeBusinessDaysLater_%s", (_, sold, paidOut) => {
  expect(calendar.paidOutDateOf(sold)).toBe(paidOut);
  expect(calendar.soldDatesOf(paidOut)).toContain(sold);
});

test.each([
  ["ordinaryDay", "2026-11-19", ["2026-11-16"]],
  ["fridayBeforeBringsTheWeekend", "2026-11-25", ["2026-11-20", "2026-11-21", "2026-11-22"]],
  ["afterChuseok", "2026-09-30", ["2026-09-23", "2026-09-24", "2026-09-25", "2026-09-26", "2026-09-27"]],
  ["overTheYearEnd", "2027-01-06", ["2026-12-31", "2027-01-01", "2027-01-02", "2027-01-03"]],
  ["saturday", "2026-11-21", []],
  ["publicHoliday", "2026-09-25", []],
  ["substituteHoliday", "2026-08-17", []],
] as const)("soldDatesOf_givesEveryDay_%s", (_, paidOut, sold) => {
  expect(calendar.soldDatesOf(paidOut)).toEqual(sold);
});

test("paidOutDateOf_isTheDayItselfOrTheNextOne_lag0", () => {
  const atOnce = createCalendar(table, { lag: 0 });
  expect(atOnce.paidOutDateOf("2026-09-23")).toBe("2026-09-23");
  expect(atOnce.paidOutDateOf("2026-09-24")).toBe("2026-09-28");
  expect(atOnce.soldDatesOf("2026-09-28")).toEqual([
    "2026-09-24",
    "2026-09-25",
    "2026-09-26",
    "2026-09-27",
    "2026-09-28",
  ]);
  expect(atOnce.soldDatesOf("2026-09-24")).toEqual([]);
});

test.each([
  ["paidOutDateOf", () => calendar.paidOutDateOf("2027-12-29"), "YEAR_NOT_COVERED 2028"],
  ["paidOutDateOfAWeekendToo", () => calendar.paidOutDateOf("2028-01-01"), "YEAR_NOT_COVERED 2028"],
  ["soldDatesOf", () => calendar.soldDatesOf("2026-01-02"), "YEAR_NOT_COVERED 2025"],
  ["isBusinessDay", () => calendar.isBusinessDay("2025-12-31"), "YEAR_NOT_COVERED 2025"],
  ["soldInAYearThatIsNotCovered", () => calendar.paidOutDateOf("2025-12-31"), "YEAR_NOT_COVERED 2025"],
  ["noSuchDay", () => calendar.paidOutDateOf("2026-02-30"), "DATE_INVALID 2026"],
  ["yearsNamedLikeMethods", () => createCalendar({}).isBusinessDay("2026-01-02"), "YEAR_NOT_COVERED 2026"],
] as const)("calendar_throws_uncoveredOrInvalid_%s", (_, run, code) => {
  expect(codeOf(run)).toBe(code);
});

test.each([-1, 1.5, 61, Number.NaN])("createCalendar_throws_lagOf%p", (lag) => {
  expect(() => createCalendar(table, { lag })).toThrow(RangeError);
});

test("overrides_moveThePayment_temporaryHoliday", () => {
  const overridden = createCalendar(table, { overrides: { holidays: new Set(["2026-11-18"]) } });
  expect(overridden.paidOutDateOf("2026-11-16")).toBe("2026-11-20");
  expect(overridden.isBusinessDay("2026-11-18")).toBe(false);
  expect(overridden.soldDatesOf("2026-11-18")).toEqual([]);
});

test("overrides_moveThePayment_holidayCalledOffAndSaturdayWorked", () => {
  const workingDays = new Set(["2026-09-24", "2026-09-26"]);
  const overridden = createCalendar(table, { overrides: { workingDays } });
  expect(overridden.paidOutDateOf("2026-09-22")).toBe("2026-09-26");
});

test("overrides_coverNoYear_aHolidayOfAnotherOne", () => {
  const overridden = createCalendar(table, { overrides: { holidays: new Set(["2028-04-12"]) } });
  expect(codeOf(() => overridden.isBusinessDay("2028-04-12"))).toBe("YEAR_NOT_COVERED 2028");
});

const daysOf = (from: KstDate, to: KstDate): KstDate[] => {
  const days: KstDate[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day);
  return days;
};

const everyDay = daysOf("2026-01-01", "2027-12-31");
const someDays = fc.uniqueArray(fc.constantFrom(...everyDay), { maxLength: 60 }).map((days) => new Set(days));

test("soldDatesOf_isTheInverseOfPaidOutDateOf_anyHolidaysOverridesAndLag", () => {
  const check = (lag: number, holidays: Set<KstDate>, overrides: CalendarOverrides) => {
    const years = { "2026": holidays, "2027": holidays };
    const any = createCalendar(years, { lag, overrides });
    const lived = new Map<KstDate, KstDate>();
    // Every paid-out date of the middle gives its sold dates; each sold date may come up once only.
    for (const paidOut of daysOf("2026-06-01", "2027-06-30")) {
      const sold = any.soldDatesOf(paidOut);
      expect(sold.length > 0).toBe(any.isBusinessDay(paidOut));
      for (const day of sold) {
        expect(any.paidOutDateOf(day)).toBe(paidOut);
        expect(lived.has(day)).toBe(false);
        lived.set(day, paidOut);
      }
    }
    // And none is left out between the first and the last.
    const seen = [...lived.keys()].sort();
    expect(seen).toEqual(daysOf(seen[0] ?? "", seen.at(-1) ?? ""));
    expect(seen.length).toBeGreaterThan(300);
  };
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 10 }),
      someDays,
      someDays,
      someDays,
      (lag, days, holidays, workingDays) => check(lag, days, { holidays, workingDays }),
    ),
    { numRuns: 60 },
  );
});

test("paidOutDateOf_leavesExactlyLagBusinessDays_wholeYears", () => {
  for (const sold of daysOf("2026-01-01", "2027-12-20")) {
    const paidOut = calendar.paidOutDateOf(sold);
    const between = daysOf(addDays(sold, 1), paidOut).filter((day) => calendar.isBusinessDay(day));
    expect([between.length, between.at(-1)]).toEqual([3, paidOut]);
  }
});
