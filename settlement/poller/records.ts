import type { KstDate } from "../../machines/mod.ts";
import type { LogRecord, ReadRow, RowCodec } from "../ports.ts";

/** One record a row, keyed by its paymentKey, as the codec writes it. */
export const ROWS_TOPIC = "settlement.rows";
/** What could not be read: the raw text, with the reason in the headers. */
export const DEAD_TOPIC = "settlement.dead";

export interface PageRecords {
  readonly rows: readonly LogRecord[];
  readonly dead: readonly LogRecord[];
}

const utf8 = new TextEncoder();

/**
 * A page as records. A dead letter's headers: `reason`, `source` (`poller`), `date` and `page`. Its key is the hash of
 * its text, so that the same one, produced again, is known as the same.
 */
export const recordsOf = (
  read: readonly ReadRow[],
  codec: RowCodec,
  { date, page }: { readonly date: KstDate; readonly page: number },
): PageRecords => {
  const rows: LogRecord[] = [];
  const dead: LogRecord[] = [];
  for (const one of read) {
    if (one.ok) rows.push({ key: one.row.paymentKey, value: codec.encode(one.row) });
    else {
      dead.push({
        key: Bun.hash.xxHash64(one.raw).toString(16).padStart(16, "0"),
        value: utf8.encode(one.raw),
        headers: { reason: one.reason, source: "poller", date, page: String(page) },
      });
    }
  }
  return { rows, dead };
};
