import { isKstDate, type KstDate } from "../machines/mod.ts";
import { TerminalSettlementError } from "./errors.ts";

/** What the shop knows of holidays beyond the table. */
export interface HolidayOverrides {
  readonly holidays: ReadonlySet<KstDate>;
  readonly workingDays: ReadonlySet<KstDate>;
  /** Years all of whose holidays are listed here, so that the table may lack them. */
  readonly years: ReadonlySet<string>;
}

/**
 * Reads the overrides of a setting, by commas: `2026-06-03` is a holiday, `-2026-06-04` a working day, and `2031` says
 * that all holidays of 2031 are listed here. One holiday alone never makes its year known: the others would be missed.
 *
 * @example readOverrides("2026-06-03,-2026-06-04")
 * @throws TerminalSettlementError CONFIG_INVALID naming every entry that is wrong
 */
export const readOverrides = (text: string): HolidayOverrides => {
  const entries = text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
  const years = new Set(entries.filter((entry) => YEAR.test(entry)));
  const days = entries.filter((entry) => !YEAR.test(entry));
  const workingDays = new Set(days.filter((entry) => entry.startsWith("-")).map((entry) => entry.slice(1)));
  const holidays = new Set(days.filter((entry) => !entry.startsWith("-")));

  const noDay = days.filter((entry) => !isKstDate(entry.replace(/^-/, "")));
  const both = [...holidays].filter((date) => workingDays.has(date) && isKstDate(date));
  const problems = [
    ...noDay.map((entry) => `"${entry}" is not a day (YYYY-MM-DD, or -YYYY-MM-DD)`),
    ...both.map((date) => `${date} is said to be both a holiday and a working day`),
  ];
  if (problems.length > 0) {
    throw new TerminalSettlementError("CONFIG_INVALID", {
      message: `The holiday overrides have ${problems.length} wrong: ${problems.join("; ")}. Nothing was settled.`,
    });
  }
  return { holidays, workingDays, years };
};

const YEAR = /^20\d{2}$/;
