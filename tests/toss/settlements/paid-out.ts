import { addDays, type KstDate } from "../../../machines/mod.ts";

/** Which day's sales are paid out when. */
export type PaidOutDateOf = (soldDate: KstDate) => KstDate;

const isWeekend = (date: KstDate) => [0, 6].includes(new Date(`${date}T00:00:00.000Z`).getUTCDay());

/**
 * The rule of a mock that is told no calendar: `lag` weekdays later. It knows no holidays but those given, and no year
 * is beyond it.
 *
 * @example weekdaysAfter(3)("2026-11-20") // "2026-11-25"
 */
export const weekdaysAfter =
  (lag: number, holidays: ReadonlySet<KstDate> = new Set()): PaidOutDateOf =>
  (soldDate) => {
    const isOff = (date: KstDate) => isWeekend(date) || holidays.has(date);
    const next = (date: KstDate): KstDate => (isOff(date) ? next(addDays(date, 1)) : date);
    let date = soldDate;
    for (let left = lag; left > 0; left--) date = next(addDays(date, 1));
    return next(date);
  };

/** No payment is later than this. */
const LONGEST_DAYS = 60;

/** The days whose sales are paid out on `paidOutDate`, oldest first: `paidOutDateOf` asked backwards. */
export function soldDatesOf(paidOutDate: KstDate, paidOutDateOf: PaidOutDateOf): KstDate[] {
  const days: KstDate[] = [];
  for (let back = 0; back <= LONGEST_DAYS; back++) {
    const day = addDays(paidOutDate, -back);
    const paidOut = paidOutDateOf(day);
    if (paidOut === paidOutDate) days.unshift(day);
    if (paidOut < paidOutDate) break;
  }
  return days;
}
