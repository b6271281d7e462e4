import type { KstDate } from "../../machines/mod.ts";
import type { Reconciliation } from "../ports.ts";
import { checkDue, countNotYetDue } from "./ours.ts";
import type { ReconcileParts } from "./parts.ts";
import { createTally } from "./tally.ts";
import { checkRows } from "./theirs.ts";

export type { ReconcileParts } from "./parts.ts";

/**
 * Compares what Toss pays out on a day with what our orders expect of it, both ways: each row of the day against the
 * order that it names, and each transaction of the days that are due against the ledger. A refund is a row below zero
 * on its own day, wherever its capture was paid out. Reads page by page, so that memory does not grow with the day.
 *
 * Answers as of the ledger's last row: a day that was not polled yet is missing at Toss whole.
 *
 * @throws STORE_UNAVAILABLE; YEAR_NOT_COVERED where a payout leads into a year without a calendar
 * @example
 * const { clean, findings } = await reconcile("2026-11-25", { ledgers, orders, calendar });
 */
export const reconcile = async (date: KstDate, parts: ReconcileParts): Promise<Reconciliation> => {
  const { maxFindings = 100, pageSize = 1_000 } = parts;
  const tally = createTally(maxFindings);
  const tossAmount = await checkRows(date, { ...parts, pageSize }, tally);
  const ourAmount = await checkDue(date, parts, tally);
  await countNotYetDue(date, parts, tally);
  const { counts, findings, clean } = tally;
  return { date, counts, tossAmount, ourAmount, findings, clean };
};
