import type { Database } from "bun:sqlite";
import type { OrderWrite } from "../ports.ts";
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
}

export const rowOf = ({
  document,
  expectedVersion,
  newMoneyDates = [],
  newEffectsWaiting,
  stateBefore = expectedVersion === 0 ? null : document.state,
}: OrderWrite): OrderRow => ({
  expectedVersion,
  moneyDates: newMoneyDates,
  effectsWaiting: newEffectsWaiting,
  stateBefore,
  columns: [
    document.version,
    document.partition,
    document.state,
    document.customerId,
    document.placedAt,
    document.dueAt,
    document.seq,
    document.publishedSeq,
    JSON.stringify(document),
    document.orderId,
  ],
});

/** Prepares the group commit: all rows in one transaction with one fsync. Returns the ids whose write took place. */
export const prepareCommit = (database: Database): ((rows: readonly OrderRow[]) => string[]) => {
  const insert = database.prepare<unknown, [...Columns]>(
    `INSERT INTO orders
       (version, partition, state, customer_id, placed_at, due_at, seq, published_seq, document, order_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (order_id) DO NOTHING`,
  );
  const update = database.prepare<unknown, [...Columns, number]>(
    `UPDATE orders SET version = ?, partition = ?, state = ?, customer_id = ?, placed_at = ?, due_at = ?,
       seq = ?, published_seq = max(published_seq, ?), document = ?
     WHERE order_id = ? AND version = ?`,
  );
  const addDay = database.prepare("INSERT OR IGNORE INTO order_money_days VALUES (?, ?)");
  const setWaiting = database.prepare("INSERT OR REPLACE INTO orders_waiting VALUES (?, ?)");
  const counts = prepareCounts(database);
  const commit = database.transaction((rows: readonly OrderRow[]) => {
    const written: string[] = [];
    const moves = counts.begin();
    for (const { columns, expectedVersion, moneyDates, effectsWaiting, stateBefore } of rows) {
      const { changes } =
        expectedVersion === 0 ? insert.run(...columns) : update.run(...columns, expectedVersion);
      if (changes === 0) continue;
      for (const date of moneyDates) addDay.run(date, columns[9]);
      if (effectsWaiting !== undefined) setWaiting.run(columns[9], effectsWaiting);
      moves.add(stateBefore, columns[2]);
      written.push(columns[9]);
    }
    moves.store();
    return written;
  });
  return (rows) => commit.immediate(rows);
};
