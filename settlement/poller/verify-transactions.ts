import type { Log } from "../../actors/ports.ts";
import type { KstDate } from "../../machines/mod.ts";
import { TerminalSettlementError } from "../errors.ts";
import type { ReadRow, SettlementSource } from "../ports.ts";
import { compareKeys, createKeyTally, holdable, type KeyComparison } from "./key-tally.ts";
import type { Stop } from "./stop.ts";
import type { Verifier } from "./verify.ts";
import { agrees } from "./verify-passes.ts";

interface Options {
  readonly date: KstDate;
  /** The days whose sales are paid out on `date`. */
  readonly soldDates: readonly KstDate[];
  readonly source: SettlementSource;
  readonly stop: Stop;
  readonly logger: Log;
}

/**
 * A date is complete when its rows are the transactions of the days that it pays out, key by key. A difference is
 * looked at again in another pass, which holds the keys in question as they are; one that stays while the rows do not
 * change is a COUNT_MISMATCH. Rows sold on other days have no list here to be counted against, and are told as a warning.
 */
export const verifyByTransactions = ({ date, soldDates, source, stop, logger }: Options): Verifier => {
  const days = new Set(soldDates);
  let watched = new Set<number>();
  let rows = createKeyTally(watched);
  let elsewhere = 0;
  let last: KeyComparison = { suspects: new Set(), missing: [], unexpected: [] };

  const see = (read: readonly ReadRow[]) => {
    for (const one of read) {
      if (!one.ok) continue;
      if (days.has(one.row.soldDate)) rows.add(one.row.transactionKey);
      else elsewhere += 1;
    }
  };

  const listed = async () => {
    const list = createKeyTally(watched);
    for (const day of days) {
      const pages = source.transactions(day)[Symbol.asyncIterator]();
      for (let page = await stop.race(pages.next()); !page.done; page = await stop.race(pages.next())) {
        // Nothing is settled where no money moved, such as for a virtual account that waits for its deposit.
        for (const { transactionKey, amount } of page.value) if (amount !== 0) list.add(transactionKey);
      }
    }
    return list;
  };

  return {
    begin() {
      rows = createKeyTally(watched);
      elsewhere = 0;
      return see;
    },

    async judge(result, previous) {
      if (!result.whole || result.torn) return { kind: "again" };
      const list = await listed();
      last = compareKeys(rows, list);
      const { suspects, missing, unexpected } = last;
      if (suspects.size === 0 && missing.length === 0 && unexpected.length === 0) {
        if (elsewhere > 0) {
          logger.warn(
            { date, rows: elsewhere },
            "rows sold on other days are paid out too; they were not counted",
          );
        }
        return { kind: "complete" };
      }
      if (suspects.size > 0) watched = holdable(suspects, rows, list);
      else if (agrees(result, previous)) return { kind: "failed", error: mismatch(date, last) };
      return { kind: "again" };
    },

    unproved: () => mismatch(date, last),
  };
};

const EXAMPLES = 5;

const mismatch = (
  date: KstDate,
  { missing, unexpected, suspects }: KeyComparison,
): TerminalSettlementError => {
  const told = [
    missing.length > 0 && `${missing.length} of its transactions have no row (${examplesOf(missing)})`,
    unexpected.length > 0 &&
      `${unexpected.length} rows are no transaction of its days (${examplesOf(unexpected)})`,
    suspects.size > 0 && `at least ${suspects.size} more keys differ or come twice`,
  ].filter((part) => part !== false);
  return new TerminalSettlementError("COUNT_MISMATCH", {
    message:
      `The rows paid out on ${date} are not the transactions that Toss lists: ${told.join("; ")}. All rows that there ` +
      "are were produced, and the date is not complete. Ask Toss about these keys; rows may also come on a later day.",
  });
};

const examplesOf = (keys: readonly string[]): string =>
  keys.slice(0, EXAMPLES).join(", ") + (keys.length > EXAMPLES ? ", …" : "");
