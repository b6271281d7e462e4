import type { Database } from "bun:sqlite";
import type { OrderState } from "../../machines/mod.ts";

/** How one batch changes the counts. */
export interface CountMoves {
  /** One order left a state for another; null for none. */
  add(from: string | null, to: string | null): void;
  /** In the transaction of the batch: at most one small write a state, whatever the size of the batch. */
  store(): void;
}

/** Read off the index `orders_by_state` alone: 150 to 600 ms a million orders, as busy as the machine is. */
export const COUNT_ORDERS = "SELECT state, count(*) FROM orders WHERE state IS NOT NULL GROUP BY state";

/**
 * Counts all orders anew, once for each opening of a store: a release that does not keep the counts may have written
 * since. No commit comes between, whatever other process has the file open: they wait.
 */
export const prepareRecount = (database: Database): (() => void) => {
  const clear = database.prepare("DELETE FROM order_counts");
  const count = database.prepare(`INSERT INTO order_counts ${COUNT_ORDERS}`);
  const recount = database.transaction(() => {
    clear.run();
    count.run();
  });
  return () => void recount.immediate();
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
