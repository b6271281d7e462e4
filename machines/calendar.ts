import { addDays, isKstDate, type KstDate } from "./kst-date.ts";

/** Each covered year's public and substitute holidays: `{ "2026": new Set(["2026-01-01", …]) }`. */
export type HolidayTable = Readonly<Record<string, ReadonlySet<KstDate>>>;

/** What the table does not know yet. A day in both counts as a working day. */
export interface CalendarOverrides {
  /** Such as a temporary public holiday. */
  readonly holidays?: ReadonlySet<KstDate>;
  /** Worked all the same: holidays that were called off, or weekends. */
  readonly workingDays?: ReadonlySet<KstDate>;
}

/** Which day's sales are paid out on which day. Every method throws {@link CalendarError}. */
export interface SettlementCalendar {
  isBusinessDay(date: KstDate): boolean;
  /** The `lag`-th business day after `soldDate`. With a lag of 0 the day itself, or the first business day after it. */
  paidOutDateOf(soldDate: KstDate): KstDate;
  /**
   * Every day whose sales are paid out on `paidOutDate`, oldest first, weekends and holidays among them; none when it is
   * no business day. Each day belongs to exactly one paid-out date.
   */
  soldDatesOf(paidOutDate: KstDate): readonly KstDate[];
}

/** A year that the table lacks (it is never guessed), or a date that is none. Nothing was computed. */
export class CalendarError extends Error {
  override readonly name = "CalendarError";
  constructor(
    readonly code: "YEAR_NOT_COVERED" | "DATE_INVALID",
    message: string,
    /** The year that is missing. */
    readonly year: string,
  ) {
    super(message);
  }
}

/** Beyond this a lag is surely a slip. */
const MAX_LAG = 60;

/**
 * A calendar of Korean business days.
 *
 * @param holidays the years that it covers; any step into another one throws
 * @param options.lag business days from the sale to its payment, 0 to 60
 * @example
 * const calendar = createCalendar({ "2026": new Set(["2026-10-05", "2026-10-09"]) });
 * calendar.paidOutDateOf("2026-10-02"); // "2026-10-08": Friday, then a weekend and a substitute holiday
 * @throws RangeError when the lag is no whole number of that range
 */
export const createCalendar = (
  holidays: HolidayTable,
  { lag = 3, overrides = {} }: { readonly lag?: number; readonly overrides?: CalendarOverrides } = {},
): SettlementCalendar => {
  if (!Number.isInteger(lag) || lag < 0 || lag > MAX_LAG) {
    throw new RangeError(`A lag of ${lag} is no whole number of business days from 0 to ${MAX_LAG}.`);
  }

  const isBusinessDay = (date: KstDate): boolean => {
    const ofYear = covered(date);
    if (overrides.workingDays?.has(date)) return true;
    return !(isWeekend(date) || ofYear.has(date) || overrides.holidays?.has(date));
  };

  const covered = (date: KstDate): ReadonlySet<KstDate> => {
    const year = date.slice(0, 4);
    if (!isKstDate(date)) throw new CalendarError("DATE_INVALID", `${date} is not a date.`, year);
    const ofYear = Object.hasOwn(holidays, year) ? holidays[year] : undefined;
    if (ofYear) return ofYear;
    throw new CalendarError("YEAR_NOT_COVERED", `The holidays of ${year} are not known.`, year);
  };

  /** The business day next to `date`, which is left out. */
  const neighbour = (date: KstDate, step: 1 | -1): KstDate => {
    const next = addDays(date, step);
    return isBusinessDay(next) ? next : neighbour(next, step);
  };
  const move = (date: KstDate, count: number, step: 1 | -1): KstDate =>
    count === 0 ? date : move(neighbour(date, step), count - 1, step);

  const paidOutDateOf = (soldDate: KstDate): KstDate => {
    if (lag === 0) return isBusinessDay(soldDate) ? soldDate : neighbour(soldDate, 1);
    covered(soldDate);
    return move(soldDate, lag, 1);
  };

  // Reconciliation asks once a row, and there are only as many answers as days in the covered years.
  const known = new Map<KstDate, KstDate>();

  return {
    isBusinessDay,
    paidOutDateOf(soldDate) {
      const found = known.get(soldDate) ?? paidOutDateOf(soldDate);
      known.set(soldDate, found);
      return found;
    },
    soldDatesOf(paidOutDate) {
      if (!isBusinessDay(paidOutDate)) return [];
      // With a lag, the business day `lag` before and the days off behind it; without one, the days off before and it.
      const first = lag === 0 ? addDays(neighbour(paidOutDate, -1), 1) : move(paidOutDate, lag, -1);
      const end = lag === 0 ? addDays(paidOutDate, 1) : neighbour(first, 1);
      return daysBetween(first, end);
    },
  };
};

const isWeekend = (date: KstDate): boolean => {
  const day = new Date(`${date}T00:00:00.000Z`).getUTCDay();
  return day === 0 || day === 6;
};

/** From `first` on, `end` left out. */
const daysBetween = (first: KstDate, end: KstDate): KstDate[] => {
  const days: KstDate[] = [];
  for (let day = first; day < end; day = addDays(day, 1)) days.push(day);
  return days;
};
