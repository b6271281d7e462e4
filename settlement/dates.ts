import type { Clock } from "../actors/ports.ts";
import { addDays, isKstDate, type KstDate, kstDateOf } from "../machines/mod.ts";
import { TerminalSettlementError } from "./errors.ts";

/** Which days to poll, as asked for on the command line: one, or a range, or neither for today. */
export interface DateRequest {
  readonly date?: string | undefined;
  readonly from?: string | undefined;
  /** Today when left out. */
  readonly to?: string | undefined;
}

/** A longer range is taken for a slip of the pen: 366 days at 20,000 calls a day are weeks of work. */
export const MAX_RANGE_DAYS = 366;

/** The day that it is in Seoul. @example todayInSeoul({ now: () => Date.parse("2026-11-20T15:00:01Z") }) // "2026-11-21" */
export const todayInSeoul = (clock: Clock): KstDate => kstDateOf(new Date(clock.now()).toISOString());

/**
 * The days asked for, in order. Throws DATE_INVALID for a text that is no day, a range that runs backwards or is longer
 * than {@link MAX_RANGE_DAYS}, a day in the future (in Seoul), and a date beside a range.
 * @example datesOf({ from: "2026-11-19", to: "2026-11-20" }, systemClock) // ["2026-11-19", "2026-11-20"]
 */
export const datesOf = ({ date, from, to }: DateRequest, clock: Clock): readonly KstDate[] => {
  const today = todayInSeoul(clock);
  if (date !== undefined && (from !== undefined || to !== undefined)) {
    throw invalid("--date stands beside --from or --to", "Give one day, or a range");
  }
  if (from === undefined && to !== undefined) {
    throw invalid("--to stands without --from", "Say where the range begins");
  }
  const first = checked(date ?? from ?? today, today);
  const last = checked(date ?? to ?? (from === undefined ? first : today), today);
  if (last < first) throw invalid(`the range runs backwards, from ${first} to ${last}`, "Swap the two");
  const dates = [first];
  for (let next = addDays(first, 1); next <= last; next = addDays(next, 1)) {
    if (dates.length === MAX_RANGE_DAYS) {
      throw invalid(`the range is longer than ${MAX_RANGE_DAYS} days`, "Poll it in parts");
    }
    dates.push(next);
  }
  return dates;
};

/** The `days` days before the earliest of `dates`, latest first: they are polled again, since rows can come late. */
export const windowBefore = (dates: readonly KstDate[], days: number): readonly KstDate[] => {
  const earliest = [...dates].sort()[0];
  if (earliest === undefined) return [];
  return Array.from({ length: days }, (_, index) => addDays(earliest, -index - 1));
};

const checked = (text: string, today: KstDate): KstDate => {
  const isDate: boolean = isKstDate(text);
  if (!isDate) throw invalid(`"${text.slice(0, 40)}" is no day`, "Write it as 2026-11-20");
  if (text > today) throw invalid(`${text} is in the future: it is ${today} in Seoul`, "Wait for that day");
  return text;
};

const invalid = (what: string, remedy: string): TerminalSettlementError =>
  new TerminalSettlementError("DATE_INVALID", { message: `${what}. Nothing was polled. ${remedy}.` });
