import { getHolidayPreset } from "@hyunbinseo/holidays-kr";
import {
  addDays,
  CalendarError,
  createCalendar,
  type HolidayTable,
  isKstDate,
  type KstDate,
  type SettlementCalendar,
} from "../machines/mod.ts";
import { TerminalSettlementError } from "./errors.ts";
import { type HolidayOverrides, readOverrides } from "./overrides.ts";

export interface CalendarOptions {
  /** The days asked about, both included. Their years must be covered; so must any year that a lag leads into. */
  readonly from: KstDate;
  readonly to: KstDate;
  /** Business days from the sale to its payment. Default 3. */
  readonly lag?: number;
  /** As {@link readOverrides} reads it. */
  readonly overrides?: string;
}

/**
 * The settlement calendar of a range of days, from the tables of `@hyunbinseo/holidays-kr` (the government's yearly
 * calendar, with substitute and temporary holidays) and the shop's overrides.
 *
 * @example
 * const calendar = await openCalendar({ from: "2026-11-20", to: "2026-11-20", overrides: "2026-11-19" });
 * calendar.soldDatesOf("2026-11-20");
 * @throws TerminalSettlementError DATE_INVALID, CONFIG_INVALID, or YEAR_NOT_COVERED, which the calendar's own methods
 * throw as well when a lag leads them into a year that no table has
 */
export const openCalendar = async (options: CalendarOptions): Promise<SettlementCalendar> => {
  const { from, to, lag = 3, overrides: text = "" } = options;
  checkRange(from, to);
  const overrides = readOverrides(text);
  const { years: declared } = overrides;

  const asked = await loadHolidays(yearsOf(from, to), declared);
  // 60 business days, the longest lag, are less than 150 days. A neighbouring year may be missing until it is needed.
  const around = yearsOf(addDays(from, -150), addDays(to, 150));
  const tables = await Promise.all(around.map((year) => loadYear(year, declared)));
  const near = Object.fromEntries(around.flatMap((year, i) => (tables[i] ? [[year, tables[i]]] : [])));
  try {
    return told(createCalendar({ ...near, ...asked }, { lag, overrides }));
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new TerminalSettlementError("CONFIG_INVALID", { message: cause.message, cause });
  }
};

/**
 * The holidays of these years.
 * @throws TerminalSettlementError YEAR_NOT_COVERED naming every year that no table has
 */
export const loadHolidays = async (
  years: readonly string[],
  declared: HolidayOverrides["years"] = new Set(),
): Promise<HolidayTable> => {
  const tables = await Promise.all(years.map((year) => loadYear(year, declared)));
  const missing = years.filter((_, i) => tables[i] === undefined);
  if (missing.length > 0) throw notCovered(missing.join(", "));
  return Object.fromEntries(years.flatMap((year, i) => (tables[i] ? [[year, tables[i]]] : [])));
};

/** A year's holidays; of one that the overrides declare, those that the package has, or none but the overrides'. */
const loadYear = async (
  year: string,
  declared: HolidayOverrides["years"],
): Promise<ReadonlySet<KstDate> | undefined> => {
  try {
    return new Set(Object.keys(await getHolidayPreset(year)));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return declared.has(year) ? new Set() : undefined;
  }
};

const notCovered = (years: string, cause?: unknown) =>
  new TerminalSettlementError("YEAR_NOT_COVERED", {
    message:
      `The holidays of ${years} are not in the table, and are not guessed. Nothing was settled. Update the package ` +
      `@hyunbinseo/holidays-kr, or name the year and all its holidays in the overrides: "2031,2031-01-01,…".`,
    cause,
  });

/** The calendar, speaking settlement's error codes. */
const told = (calendar: SettlementCalendar): SettlementCalendar => {
  const asSettlement =
    <Result>(method: (date: KstDate) => Result) =>
    (date: KstDate): Result => {
      try {
        return method(date);
      } catch (error) {
        if (!(error instanceof CalendarError)) throw error;
        if (error.code === "YEAR_NOT_COVERED") throw notCovered(error.year, error);
        throw dateInvalid(`${error.message} Nothing was settled.`);
      }
    };
  return {
    isBusinessDay: asSettlement(calendar.isBusinessDay),
    paidOutDateOf: asSettlement(calendar.paidOutDateOf),
    soldDatesOf: asSettlement(calendar.soldDatesOf),
  };
};

const dateInvalid = (message: string) => new TerminalSettlementError("DATE_INVALID", { message });

const checkRange = (from: KstDate, to: KstDate): void => {
  const wrong = [...new Set([from, to])].filter((date) => !isKstDate(date));
  if (wrong.length > 0)
    throw dateInvalid(`Not a date (YYYY-MM-DD): ${wrong.join(", ")}. Nothing was settled.`);
  if (from > to) throw dateInvalid(`The range ${from} to ${to} runs backwards. Nothing was settled.`);
};

const yearsOf = (from: KstDate, to: KstDate): string[] => {
  const first = Number(from.slice(0, 4));
  return Array.from({ length: Number(to.slice(0, 4)) - first + 1 }, (_, i) => String(first + i));
};
