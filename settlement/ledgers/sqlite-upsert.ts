import type { Database } from "bun:sqlite";
import type { SettlementRow } from "../row.ts";
import { oneOfEach } from "./one-of-each.ts";
import { keyColumns, keyOf, type LedgerTable, type Value } from "./sqlite-tables.ts";

/**
 * Prepares a table's bulk upsert: all rows in one transaction with one fsync. A row that is there already, as it is,
 * is read and not written: what a log brings again costs next to nothing.
 */
export const prepareUpsert = (
  database: Database,
  { name, columns, valuesOf }: LedgerTable,
): ((rows: readonly SettlementRow[]) => void) => {
  const names = columns.map((column) => column.split(" ", 1)[0] ?? "");
  const list = (prefix: string) => names.map((column) => `${prefix}${column}`).join(", ");
  const marks = [...keyColumns, ...columns].map(() => "?").join(", ");
  const insert = database.prepare<unknown, Value[]>(
    `INSERT INTO ${name} VALUES (${marks}) ON CONFLICT (${keyColumns.join(", ")}) DO UPDATE
     SET (${list("")}) = (${list("excluded.")}) WHERE (${list(`${name}.`)}) IS NOT (${list("excluded.")})`,
  );
  const addDay = database.prepare<unknown, [string, string, string, string]>(
    "INSERT OR IGNORE INTO ledger_days VALUES (?, ?, ?, ?)",
  );
  const upsert = database.transaction((rows: readonly SettlementRow[]) => {
    const days = new Map<string, SettlementRow>();
    for (const [, row] of oneOfEach(rows)) {
      insert.run(...keyOf(row), ...valuesOf(row));
      days.set(`${row.paidOutDate} ${row.soldDate} ${row.mId}`, row);
    }
    for (const { paidOutDate, soldDate, mId } of days.values()) addDay.run(name, paidOutDate, soldDate, mId);
  });
  return (rows) => upsert.immediate(rows);
};
