import { Database } from "bun:sqlite";
import { silentLog } from "../ports.ts";
import { createSqliteHealth } from "../store/sqlite-health.ts";
import { type AuditedOrders, headOf, type StoredOrder } from "./orders.ts";

interface Row {
  readonly order_id: string;
  readonly version: number;
  readonly state: string | null;
  readonly customer_id: string | null;
  readonly placed_at: string | null;
  readonly due_at: number | null;
  readonly seq: number;
  readonly partition: number;
  readonly document: string;
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const orderOf = (row: Row): StoredOrder => ({
  orderId: row.order_id,
  document: parsed(row.document),
  columns: {
    version: row.version,
    state: row.state,
    customerId: row.customer_id,
    placedAt: row.placed_at,
    dueAt: row.due_at,
    seq: row.seq,
    partition: row.partition,
  },
});

/** The orders of the embedded store, over a connection that can't write. Throws STORE_UNAVAILABLE and STORE_CORRUPT. */
export const openSqliteOrders = (path: string): AuditedOrders => {
  const { guard: guarded } = createSqliteHealth({ path, log: silentLog, code: "STORE_UNAVAILABLE" });
  const database = guarded(() => {
    const opened = new Database(path, { readonly: true, strict: true });
    opened.run("PRAGMA busy_timeout = 10000");
    return opened;
  });
  const columns =
    "order_id, version, state, customer_id, placed_at, due_at, seq, partition, document FROM orders";
  const [page, one, archived, ids] = guarded(
    () =>
      [
        database.prepare<Row, [string, number]>(
          `SELECT ${columns} WHERE order_id > ? ORDER BY order_id LIMIT ?`,
        ),
        database.prepare<Row, [string]>(`SELECT ${columns} WHERE order_id = ?`),
        database.prepare<{ seq: number; entry: string }, [string]>(
          "SELECT seq, entry FROM order_history WHERE order_id = ? ORDER BY seq",
        ),
        // Skips those written earlier without handing them over. Their documents are read all the same: see `changed`.
        database.prepare<{ order_id: string; document: string | null }, [string, string, number]>(
          `SELECT order_id, CASE WHEN json_extract(document, '$.updatedAt') >= ? THEN document END AS document
       FROM orders WHERE order_id > ? ORDER BY order_id LIMIT ?`,
        ),
      ] as const,
  );

  return {
    walk: async ({ after, limit }) =>
      guarded(() => {
        const orders = page.all(after, limit).map(orderOf);
        const last = orders.at(-1);
        return { orders, ...(last && orders.length === limit && { next: last.orderId }) };
      }),
    load: async (orderId) =>
      guarded(() => {
        const row = one.get(orderId);
        return row ? orderOf(row) : undefined;
      }),
    archived: async (orderId) =>
      guarded(() => archived.all(orderId).map(({ seq, entry }) => ({ seq, entry: parsed(entry) }))),
    /** There is no index over `updatedAt`, which each write would pay for: it looks at `limit` orders a page. */
    changed: async ({ since, after, limit }) =>
      guarded(() => {
        const rows = ids.all(since, after, limit);
        const heads = rows
          .filter(({ document }) => document !== null)
          .map(({ order_id, document }) => headOf({ orderId: order_id, document: parsed(document ?? "") }))
          .filter((head) => head !== undefined);
        const last = rows.at(-1);
        return { heads, ...(last && rows.length === limit && { next: last.order_id }) };
      }),
    count: async () =>
      guarded(() => database.query<{ n: number }, []>("SELECT count(*) AS n FROM orders").get()?.n ?? 0),
    async close() {
      database.close();
    },
  };
};
