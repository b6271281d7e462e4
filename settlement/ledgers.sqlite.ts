import { openDatabase } from "../actors/store/sqlite-open.ts";
import { onSqliteFile } from "./damaged.ts";
import { ledgersUnavailable } from "./ledgers/errors.ts";
import { prepareReads } from "./ledgers/sqlite-reads.ts";
import { accountingTable, ledgerSchema, orderTable, settlementTable } from "./ledgers/sqlite-tables.ts";
import { prepareUpsert } from "./ledgers/sqlite-upsert.ts";
import type { Ledgers } from "./ports.ts";

export interface SqliteLedgersOptions {
  /** A file of its own; its folder is made. Several processes may have it open at once. */
  readonly path: string;
}

/**
 * The three ledgers in one SQLite file: a table each, and an fsync at the end of each bulk. Throws STORE_UNAVAILABLE
 * and STORE_CORRUPT.
 * @example const ledgers = createSqliteLedgers({ path: "data/settlement-ledgers.sqlite" });
 */
export const createSqliteLedgers = ({ path }: SqliteLedgersOptions): Ledgers => {
  const away = <T>(work: () => T): T => onSqliteFile(path, ledgersUnavailable, work);
  const database = away(() => openDatabase(path, ledgerSchema));
  const [upsertRows, upsertOrders, upsertAccounting, reads] = away(
    () =>
      [
        prepareUpsert(database, settlementTable),
        prepareUpsert(database, orderTable),
        prepareUpsert(database, accountingTable),
        prepareReads(database),
      ] as const,
  );
  let closed = false;
  /** Bun lets statements of a closed database run on, and find nothing. */
  const guarded = async <T>(work: () => T): Promise<T> => {
    if (closed) throw ledgersUnavailable("they are closed");
    return away(work);
  };

  return {
    upsertRows: (rows) => guarded(() => upsertRows(rows)),
    upsertOrderSettlements: (rows) => guarded(() => upsertOrders(rows)),
    upsertAccounting: (rows) => guarded(() => upsertAccounting(rows)),
    rows: (date, page) => guarded(() => reads.rows(date, page)),
    rowsOf: (payments) => guarded(() => reads.rowsOf(payments)),
    orderSettlements: (orderId, payments) => guarded(() => reads.orderSettlements(orderId, payments)),
    accounting: (date) => guarded(() => reads.accounting(date)),
    paidOutDates: (from, to) => guarded(() => reads.paidOutDates(from, to)),
    async close() {
      if (closed) return;
      closed = true;
      database.close();
    },
  };
};
