import type { Database } from "bun:sqlite";
import type { OrderState } from "../../machines/mod.ts";

/** How one batch changes the counts. */
export interface CountMoves {
  /** One order left a state for another; null for none. */
  add(from: string | null, to: string | null): void;
  /** In the transaction of the batch: at most one small write a state, whatever the size of the batch. */
  store(): void;
}

/**
 * Makes the table of counts from the orders where an earlier release left none. The table's being there says that it is
 * right, so both happen in one transaction.
 */
export const seedCounts = (database: Database): void => {
  const isThere = database.prepare(
    "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'order_counts'",
  );
  if (isThere.get()) return;
  const seed = database.transaction(() => {
    if (isThere.get()) return; // another process was first
    database.run("CREATE TABLE order_counts (state TEXT PRIMARY KEY, orders INTEGER NOT NULL) WITHOUT ROWID");
    database.run(
      "INSERT INTO order_counts SELECT state, count(*) FROM orders WHERE state IS NOT NULL GROUP BY state",
    );
  });
  seed.immediate();
};

export const prepareCounts = (database: Database): { begin(): CountMoves } => {
  const change = database.prepare<unknown, [string, number]>(
    `INSERT INTO order_counts VALUES (?, ?)
     ON CONFLICT (state) DO UPDATE SET orders = orders + excluded.orders`,
  );
  return {
    begin() {
      const net = new Map<string, number>();
      const shift = (state: string | null, by: number) => {
        if (state !== null) net.set(state, (net.get(state) ?? 0) + by);
      };
      return {
        add(from, to) {
          if (from === to) return;
          shift(from, -1);
          shift(to, 1);
        },
        store() {
          for (const [state, by] of net) if (by !== 0) change.run(state, by);
        },
      };
    },
  };
};

export const prepareCountByState = (database: Database): (() => Map<OrderState, number>) => {
  const all = database.prepare<{ state: OrderState; orders: number }, []>(
    "SELECT state, orders FROM order_counts WHERE orders > 0",
  );
  return () => new Map(all.all().map(({ state, orders }) => [state, orders]));
};
