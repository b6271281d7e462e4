import type { KstDate } from "../machines/mod.ts";
import { RetryableSettlementError } from "./errors.ts";
import type { ReadRow, SettlementSource, SourceTransaction } from "./ports.ts";
import { createCall } from "./toss/call.ts";
import { parsedList } from "./toss/list.ts";
import { checkedOptions, type TossSourceOptions } from "./toss/options.ts";
import { readRow } from "./toss/read-row.ts";
import { readTransactions } from "./toss/transactions.ts";

export type { TossSourceOptions } from "./toss/options.ts";

/** The most that Toss gives at once of either list. */
export const MAX_PAGE_SIZE = 5_000;

/**
 * Settled rows from Toss itself: `GET /v1/settlements` by the day of payout, and `GET /v1/transactions`. Calls go
 * through one limiter and are tried again until `giveUpAfterMs`. Throws CONFIG_INVALID for options that can't work;
 * its methods throw TOSS_UNAVAILABLE, TOSS_REFUSED, or the reason of the aborted signal.
 * @example
 * const source = createTossSource({ baseUrl: "https://api.tosspayments.com", secretKey, maxPerSecond: 10 });
 * const rows = await source.page("2026-11-20", 1, 5_000);
 */
export const createTossSource = (options: TossSourceOptions): SettlementSource => {
  const call = createCall({
    ...checkedOptions(options),
    secretKey: options.secretKey,
    fetch: options.fetch ?? fetch,
    signal: options.signal,
    logger: options.logger,
  });

  return {
    page(date, page, size) {
      const query = { startDate: date, endDate: date, dateType: "paidOutDate", page, size };
      return call(`/v1/settlements?${queryOf(query)}`, (body) => readRows(body, date));
    },

    async *transactions(date) {
      let startingAfter: string | undefined;
      for (;;) {
        const query = {
          startDate: `${date}T00:00:00`,
          endDate: `${date}T23:59:59`,
          limit: MAX_PAGE_SIZE,
          ...(startingAfter !== undefined && { startingAfter }),
        };
        const found = await call(`/v1/transactions?${queryOf(query)}`, readTransactions);
        const last: SourceTransaction | undefined = found.at(-1);
        if (!last) return;
        if (last.transactionKey === startingAfter) throw stuck(date);
        yield found;
        startingAfter = last.transactionKey;
      }
    },
  };
};

const queryOf = (fields: Readonly<Record<string, string | number>>): string =>
  new URLSearchParams(
    Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();

const readRows = (body: string, date: KstDate): readonly ReadRow[] | undefined =>
  parsedList(body)?.map((raw) => readRow(raw, date));

const stuck = (date: KstDate): RetryableSettlementError =>
  new RetryableSettlementError("TOSS_UNAVAILABLE", {
    message:
      `Toss' list of the transactions of ${date} does not go on: it answers the same page again. ` +
      "Nothing was counted. Run the same date again later, or verify by a second pass instead.",
  });
