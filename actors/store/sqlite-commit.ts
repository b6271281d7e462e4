import type { Database } from "bun:sqlite";
import type { OrderWrite } from "../ports.ts";
import { documentText } from "./document-text.ts";
import { prepareClaims, writeWithKeys } from "./sqlite-claims.ts";
import { prepareCounts } from "./sqlite-counts.ts";

type Columns = readonly [
  version: number,
  partition: number,
  state: string | null,
  customerId: string | null,
  placedAt: string | null,
  dueAt: number | null,
  seq: number,
  publishedSeq: number,
  document: string,
  orderId: string,
];

/** An order as a row: columns to find it by and the whole document as JSON, and the version it may replace. */
export interface OrderRow {
  readonly columns: Columns;
  readonly expectedVersion: number;
  /** Days to be found by that the stored order may lack. */
  readonly moneyDates: readonly string[];
  /** How many of its effects wait for an operator, where the stored order may say otherwise. */
  readonly effectsWaiting: number | undefined;
  /** The state of the version that it replaces. */
  readonly stateBefore: string | null;
  /** paymentKeys without which it may not be written. */
  readonly claims: readonly string[];
}

export const rowOf = ({
  document,
  expectedVersion,
  newMoneyDates = [],
  newEffectsWaiting,
  stateBefore = expectedVersion === 0 ? null : document.state,
  claims = [],
}: OrderWrite): OrderRow => ({
  expectedVersion,
  moneyDates: newMoneyDates,
  effectsWaiting: newEffectsWaiting,
  stateBefore,
  claims,
  columns: [
    document.version,
    document.partition,
    document.state,
    document.customerId,
    document.placedAt,
    document.dueAt,
    document.seq,
    document.publishedSeq,
    documentText(document),
    document.orderId,
  ],
});

/** Prepares the group commit: all rows in one transaction with one fsync. Returns the ids whose write took place. */
export const prepareCommit = (database: Database): ((rows: readonly OrderRow[]) => string[]) => {
  const write = prepareWrite(database);
  const keys = prepareClaims(database);
  const addDay = database.prepare("INSERT OR IGNORE INTO order_money_days VALUES (?, ?)");
  const setWaiting = database.prepare("INSERT OR REPLACE INTO orders_waiting VALUES (?, ?)");
  const counts = prepareCounts(database);
  const commit = database.transaction((rows: readonly OrderRow[]) => {
    const written: string[] = [];
    const moves = counts.begin();
    for (const row of rows) {
      const { columns, moneyDates, effectsWaiting, claims, stateBefore } = row;
      const orderId = columns[9];
      if (!writeWithKeys(keys, claims, orderId, () => write(row))) continue;
      for (const date of moneyDates) addDay.run(date, orderId);
      if (effectsWaiting !== undefined) setWaiting.run(orderId, effectsWaiting);
      moves.add(stateBefore, columns[2]);
      written.push(orderId);
    }
    moves.store();
    return written;
  });
  return (rows) => commit.immediate(rows);
};

/** The compare-and-set of one order; returns whether it took place. */
const prepareWrite = (database: Database): ((row: OrderRow) => boolean) => {
  const insert = database.prepare<unknown, [...Columns]>(
    `INSERT INTO orders
       (version, partition, state, customer_id, placed_at, due_at, seq, published_seq, document, order_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (order_id) DO NOTHING`,
  );
  // A placed order keeps its customer and its moment. SQLite rewrites each index that has a column which is set, even
  // to what it was, so those that never change are left out.
  const update = database.prepare<unknown, [...Columns, number]>(
    `UPDATE orders SET version = ?1, state = ?3, due_at = ?6, seq = ?7, published_seq = max(published_seq, ?8),
       document = ?9
     WHERE order_id = ?10 AND version = ?11`,
  );
  /** An id that was only ever refused becomes an order, or is refused again. */
  const place = database.prepare<unknown, [...Columns, number]>(
    `UPDATE orders SET version = ?1, state = ?3, customer_id = ?4, placed_at = ?5, due_at = ?6, seq = ?7,
       published_seq = max(published_seq, ?8), document = ?9
     WHERE order_id = ?10 AND version = ?11`,
  );
  return ({ columns, expectedVersion, stateBefore }) => {
    if (expectedVersion === 0) return insert.run(...columns).changes > 0;
    return (stateBefore === null ? place : update).run(...columns, expectedVersion).changes > 0;
  };
};
