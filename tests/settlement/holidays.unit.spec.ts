import { expect, test } from "bun:test";
import { isSettlementError } from "../../settlement/errors.ts";
import { type CalendarOptions, loadHolidays, openCalendar } from "../../settlement/holidays.ts";
import { readOverrides } from "../../settlement/overrides.ts";

const open = (date: string, options: Partial<CalendarOptions> = {}) =>
  openCalendar({ from: date, to: date, ...options });

/** The code and the message of what `run` throws. */
const failureOf = async (run: () => unknown): Promise<string> => {
  try {
    await run();
    return "nothing thrown";
  } catch (error) {
    return isSettlementError(error) ? `${error.code}: ${error.message}` : String(error);
  }
};

test("openCalendar_knowsTheRealHolidays_chuseok2025WithItsSubstitute", async () => {
  const calendar = await open("2025-10-13");
  expect(calendar.paidOutDateOf("2025-10-01")).toBe("2025-10-13");
  expect(calendar.soldDatesOf("2025-10-13")).toEqual(["2025-10-01"]);
  expect(calendar.soldDatesOf("2025-10-14")[0]).toBe("2025-10-02");
  expect(calendar.soldDatesOf("2025-10-14").at(-1)).toBe("2025-10-09");
});

test.each([
  ["lunarNewYear", "2026-02-13", "2026-02-23"],
  ["temporaryHolidayBeforeLunarNewYear", "2025-01-24", "2025-02-04"],
  ["localElectionDay", "2026-06-02", "2026-06-08"],
  ["yearEnd", "2026-12-30", "2027-01-05"],
] as const)("openCalendar_knowsTheRealHolidays_%s", async (_, sold, paidOut) => {
  expect((await open(sold)).paidOutDateOf(sold)).toBe(paidOut);
});

test("openCalendar_takesTheLag_fourBusinessDaysAsInAPublishedRow", async () => {
  // Real rows: sold on Saturday 2023-11-25 and paid out on 11-30; sold on Sunday 2025-02-09 and paid out on 02-13.
  expect((await open("2023-11-25", { lag: 4 })).paidOutDateOf("2023-11-25")).toBe("2023-11-30");
  expect((await open("2025-02-09", { lag: 4 })).paidOutDateOf("2025-02-09")).toBe("2025-02-13");
});

test("openCalendar_throwsYearNotCovered_withWhatToDo", async () => {
  const message = await failureOf(() => open("2041-03-03"));
  expect(message).toStartWith("YEAR_NOT_COVERED: The holidays of 2041 are not in the table");
  expect(message).toContain("Update the package @hyunbinseo/holidays-kr");
  expect(message).toContain("overrides");
});

test("openCalendar_throwsYearNotCovered_rangeNamesEveryYear", async () => {
  const message = await failureOf(() => openCalendar({ from: "2027-12-31", to: "2042-01-01" }));
  expect(message).toContain("2041, 2042");
  expect(message).not.toContain("2027,");
});

test("calendar_throwsYearNotCovered_onlyWhenALagLeadsThere", async () => {
  // The package begins with 2018.
  const calendar = await open("2018-01-05");
  expect(calendar.soldDatesOf("2018-01-05")).toEqual(["2018-01-02"]);
  expect(await failureOf(() => calendar.soldDatesOf("2018-01-03"))).toStartWith(
    "YEAR_NOT_COVERED: The holidays of 2017",
  );
});

test("openCalendar_coversADeclaredYear_holidaysFromTheOverrides", async () => {
  const calendar = await open("2041-01-04", { overrides: "2041,2041-01-01,2040" });
  expect(calendar.paidOutDateOf("2040-12-31")).toBe("2041-01-04");
  expect(await failureOf(() => open("2041-01-04", { overrides: "2041-01-01" }))).toStartWith(
    "YEAR_NOT_COVERED",
  );
});

test("openCalendar_mergesOverrides_holidayAndWorkingDay", async () => {
  const calendar = await open("2026-06-02", { overrides: " 2026-06-04, -2026-06-03 " });
  expect([calendar.isBusinessDay("2026-06-03"), calendar.isBusinessDay("2026-06-04")]).toEqual([true, false]);
  expect(calendar.paidOutDateOf("2026-06-02")).toBe("2026-06-08");
});

test.each([
  [
    "noDate",
    { from: "2026-02-30", to: "2026-13-01" },
    "DATE_INVALID: Not a date (YYYY-MM-DD): 2026-02-30, 2026-13-01",
  ],
  [
    "backwards",
    { from: "2026-11-20", to: "2026-11-19" },
    "DATE_INVALID: The range 2026-11-20 to 2026-11-19 runs",
  ],
  ["lag", { from: "2026-11-20", to: "2026-11-20", lag: -1 }, "CONFIG_INVALID: A lag of -1"],
] as const)("openCalendar_throws_%s", async (_, options, message) => {
  expect(await failureOf(() => openCalendar(options))).toStartWith(message);
});

test("calendar_throwsDateInvalid_aDateThatIsNone", async () => {
  const calendar = await open("2026-11-20");
  expect(await failureOf(() => calendar.soldDatesOf("2026-11-31"))).toStartWith(
    "DATE_INVALID: 2026-11-31 is not a date",
  );
});

test("readOverrides_namesEveryProblemAtOnce_invalidEntries", async () => {
  const message = await failureOf(() =>
    readOverrides("2026-06-31,tomorrow,-2026-6-4,2026-06-03,2026-07-01,-2026-07-01"),
  );
  expect(message).toStartWith("CONFIG_INVALID: The holiday overrides have 4 wrong");
  for (const entry of ['"2026-06-31"', '"tomorrow"', '"-2026-6-4"', "2026-07-01 is said to be both"]) {
    expect(message).toContain(entry);
  }
  expect(message).not.toContain("2026-06-03");
});

test("readOverrides_isEmpty_noText", () => {
  for (const text of ["", " ", ",,"]) {
    const { holidays, workingDays, years } = readOverrides(text);
    expect([holidays.size, workingDays.size, years.size]).toEqual([0, 0, 0]);
  }
});

test("loadHolidays_givesTheYearsAskedFor_realPackage", async () => {
  const table = await loadHolidays(["2026", "2027"]);
  expect(Object.keys(table)).toEqual(["2026", "2027"]);
  expect(table["2026"]?.has("2026-10-05")).toBe(true);
});
