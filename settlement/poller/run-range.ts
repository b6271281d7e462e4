import type { KstDate } from "../../machines/mod.ts";
import { windowBefore } from "../dates.ts";
import {
  isSettlementError,
  type SettlementError,
  type SettlementErrorCode,
  TerminalSettlementError,
} from "../errors.ts";
import type { PollerOptions, PollerParts } from "./options.ts";
import { type DateRun, runDate } from "./run-date.ts";

export interface RangeOptions extends PollerParts, PollerOptions {
  /** What was asked for, in this order. */
  readonly dates: readonly KstDate[];
  /** So many days before the earliest of them are polled again, since rows can come late; 3 by default. */
  readonly window?: number | undefined;
}

/** What became of each date. */
export interface RangeReport {
  readonly runs: readonly DateRun[];
  readonly failures: readonly { readonly date: KstDate; readonly error: SettlementError }[];
  /** Not begun, because of the last failure. */
  readonly untouched: readonly KstDate[];
}

export const DEFAULT_WINDOW = 3;
const MAX_WINDOW = 31;

/**
 * Polls the dates asked for, and then those of the window, latest first. One that does not add up, or that another
 * poller has, leaves the others their turn; whatever would meet them all alike (Toss, the log or the store away, a
 * refusal, a shutdown) ends the range. Failures are in the report. Throws CONFIG_INVALID, and defects of ours.
 * @example
 * const report = await runRange({ dates: datesOf({}, systemClock), source, log, codec, store });
 * const failure = worstFailure(report);
 * process.exit(failure ? exitCodes[failure.code] : 0);
 */
export const runRange = async ({
  dates,
  window = DEFAULT_WINDOW,
  ...rest
}: RangeOptions): Promise<RangeReport> => {
  if (!Number.isSafeInteger(window) || window < 0 || window > MAX_WINDOW) {
    throw new TerminalSettlementError("CONFIG_INVALID", {
      message: `The poller's window can't be ${window} days. Nothing was polled. Set it to 0 to ${MAX_WINDOW}.`,
    });
  }
  const all = [...dates, ...windowBefore(dates, window)];
  const runs: DateRun[] = [];
  const failures: { date: KstDate; error: SettlementError }[] = [];
  for (const [index, date] of all.entries()) {
    try {
      runs.push(await runDate({ ...rest, date }));
    } catch (error) {
      if (!isSettlementError(error)) throw error;
      failures.push({ date, error });
      if (!ofOneDate.has(error.code)) return { runs, failures, untouched: all.slice(index + 1) };
    }
  }
  return { runs, failures, untouched: [] };
};

const ofOneDate: ReadonlySet<SettlementErrorCode> = new Set([
  "DATE_LEASED",
  "ROWS_UNSTABLE",
  "COUNT_MISMATCH",
]);

/**
 * The failure to end with: one that a human must act on before one that time mends, and a date that another poller has
 * last, since nothing is wrong with it.
 */
export const worstFailure = ({ failures }: RangeReport): SettlementError | undefined => {
  const rank = ({ code, retryable }: SettlementError) => (code === "DATE_LEASED" ? 2 : retryable ? 1 : 0);
  return failures.map(({ error }) => error).sort((a, b) => rank(a) - rank(b))[0];
};
