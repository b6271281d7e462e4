import type { StoredReply } from "./command.ts";
import type { HistoryEntry, OrderDocument } from "./document.ts";
import { RetryableError, TerminalError } from "./errors.ts";
import { type Log, type OrderQuery, type OrderStore, silentLog } from "./ports.ts";
import { decodeCursor, encodeCursor } from "./store/cursor.ts";
import { pageOf } from "./store/page.ts";
import { placedBounds } from "./store/placed.ts";
import { checkBeside } from "./store/sqlite-check.ts";
import { rowOf } from "./store/sqlite-commit.ts";
import { prepareCountByState } from "./store/sqlite-counts.ts";
import { createSqliteHealth } from "./store/sqlite-health.ts";
import { sqliteLeases } from "./store/sqlite-leases.ts";
import { openDatabase } from "./store/sqlite-open.ts";
import { DamagedFile } from "./store/sqlite-trouble.ts";
import { writerInline, writerThread } from "./store/sqlite-writers.ts";

export interface SqliteStoreOptions {
  /** The database file; its folder is made. */
  readonly path: string;
  /** `thread`: writes and their fsync happen beside this thread. `inline`: in it, which is simpler to profile. */
  readonly writer?: "thread" | "inline";
  /** Told when the file begins to fail, and when that is over. */
  readonly log?: Log;
}

interface Row {
  readonly document: string;
  readonly published_seq: number;
}

/**
 * Orders in one SQLite file: the store of the embedded default. Durable at each commit (WAL, synchronous=FULL).
 * @example const store = await createSqliteStore({ path: "data/orders.sqlite" });
 */
export const createSqliteStore = async ({
  path,
  writer = "thread",
  log = silentLog,
}: SqliteStoreOptions): Promise<OrderStore> => {
  const health = createSqliteHealth({ path, log, code: "STORE_UNAVAILABLE" });
  const database = health.guard(() => openDatabase(path));
  let closed = false;
  /** Bun lets statements of a closed database run on, and find nothing. */
  const reading = <T>(read: () => T): T => {
    if (closed) throw new RetryableError("STORE_UNAVAILABLE", { message: "The store is closed." });
    return health.guard(read);
  };
  const writes = writer === "thread" ? writerThread(path, health) : writerInline(path, health);
  const check = checkBeside(path, health.failed);

  const byId = database.prepare<Row, [string]>(
    "SELECT document, published_seq FROM orders WHERE order_id = ?",
  );
  const replyById = database.prepare<{ reply: string }, [string, string]>(
    "SELECT reply FROM order_replies WHERE order_id = ? AND command_id = ?",
  );
  const oldHistory = database.prepare<{ entry: string }, [string, number, number]>(
    "SELECT entry FROM order_history WHERE order_id = ? AND seq > ? ORDER BY seq LIMIT ?",
  );

  const moneyOn = database.prepare<Row, [string, string, number]>(
    `SELECT document, published_seq FROM order_money_days JOIN orders USING (order_id)
     WHERE date = ? AND order_id > ? ORDER BY order_id LIMIT ?`,
  );

  const waiting = database.prepare<{ effects: number | null }, []>(
    "SELECT sum(effects) AS effects FROM orders_waiting",
  );

  const waitingOrders = database.prepare<Row, [number]>(
    `SELECT document, published_seq FROM orders_waiting JOIN orders USING (order_id)
     WHERE effects > 0 LIMIT ?`,
  );
  const countByState = prepareCountByState(database);
  let counted: Promise<void> | undefined;
  /** Before anything else that this process writes, and beside what it reads. What fails is tried again when asked. */
  const recount = (): Promise<void> => {
    counted ??= writes.recount().catch((error) => {
      counted = undefined;
      throw error;
    });
    return counted;
  };
  recount().catch(() => {});

  const load = (orderId: string): OrderDocument | undefined => {
    const row = byId.get(orderId);
    return row ? documentOf(row) : undefined;
  };

  return {
    load: async (orderIds) =>
      reading(() => {
        const found = new Map<string, OrderDocument>();
        for (const orderId of orderIds) {
          const document = load(orderId);
          if (document) found.set(orderId, document);
        }
        return found;
      }),

    commit: async (orders) =>
      orders.length === 0 ? new Set() : new Set(await writes.commit(orders.map(rowOf))),
    archive: (entries) => writes.archive(entries),
    claimPaymentKeys: async (claims) => new Map(await writes.claim(claims)),
    markPublished: (marks) => writes.mark(marks),

    archivedReply: async (orderId, commandId) =>
      reading(() => {
        const row = replyById.get(orderId, commandId);
        return row ? (JSON.parse(row.reply) as StoredReply) : undefined;
      }),

    history: async (orderId, { after, limit }) =>
      reading(() => {
        const old = oldHistory.all(orderId, after, limit).map((row) => JSON.parse(row.entry) as HistoryEntry);
        const last = old.at(-1)?.seq ?? after;
        const recent = load(orderId)?.history.filter((entry) => entry.seq > last) ?? [];
        return [...old, ...recent].slice(0, limit);
      }),

    list: async (query) =>
      reading(() => {
        const { where, values } = conditionsOf(query);
        const way = query.order === "oldest" ? "ASC" : "DESC";
        const rows = database
          .query<Row, (string | number)[]>(
            `SELECT document, published_seq FROM orders WHERE ${where.join(" AND ")}
             ORDER BY placed_at ${way}, order_id ${way} LIMIT ?`,
          )
          .all(...values, query.limit + 1);
        const { items, end } = pageOf(rows.map(documentOf), query.limit);
        return { orders: items, ...(end && { nextCursor: encodeCursor(end) }) };
      }),

    moneyMoved: async ({ date, after = "", limit }) =>
      reading(() => {
        const { items, end } = pageOf(moneyOn.all(date, after, limit + 1).map(documentOf), limit);
        return { orders: items, ...(end && { next: end.orderId }) };
      }),

    due: async ({ now, partitions, after, limit }) =>
      reading(() => {
        const rows = database
          .query<Row, (string | number)[]>(
            `SELECT document, published_seq FROM orders
             WHERE due_at <= ? AND (due_at, order_id) > (?, ?) AND partition IN (${marksFor(partitions)})
             ORDER BY due_at, order_id LIMIT ?`,
          )
          .all(now, after?.dueAt ?? 0, after?.orderId ?? "", ...partitions, limit + 1);
        const { items, end } = pageOf(rows.map(documentOf), limit);
        if (!end || end.dueAt === null) return { orders: items };
        return { orders: items, next: { dueAt: end.dueAt, orderId: end.orderId } };
      }),

    effectsWaiting: async () => reading(() => waiting.get()?.effects ?? 0),
    waitingForOperator: async ({ limit }) => reading(() => waitingOrders.all(limit).map(documentOf)),
    countByState: async () => {
      await recount();
      return reading(countByState);
    },
    countsAreKept: true,

    unpublished: async ({ partitions, limit }) =>
      reading(() =>
        database
          .query<Row, number[]>(
            `SELECT document, published_seq FROM orders
             WHERE published_seq < seq AND partition IN (${marksFor(partitions)}) LIMIT ?`,
          )
          .all(...partitions, limit)
          .map(documentOf),
      ),

    leases: sqliteLeases(database, reading),

    ready: async () => {
      const { synchronous } =
        reading(() => database.query<{ synchronous: number }, []>("PRAGMA synchronous").get()) ?? {};
      if (synchronous === 2) return health.check(writes.probe);
      throw new TerminalError("STORE_NOT_DURABLE", {
        message: `SQLite runs with synchronous=${synchronous}, which may lose acknowledged writes. Set it to FULL.`,
      });
    },

    async close() {
      closed = true;
      await Promise.all([writes.stop(), check.stop()]);
      // Closing moves the log into the file, which would change what shows how a damaged one came about.
      if (!health.damaged) database.close();
    },
  };
};

const documentOf = (row: Row): OrderDocument => ({
  ...(parsed(row.document) as OrderDocument),
  publishedSeq: row.published_seq,
});

/** What this store writes is JSON: something else was put there by other hands, or by the disk. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new DamagedFile("an order in it is no JSON");
  }
};

const marksFor = (values: readonly unknown[]): string => values.map(() => "?").join(",") || "NULL";

const conditionsOf = ({ state, customerId, paymentKey, order, cursor, ...placed }: OrderQuery) => {
  const where = ["placed_at IS NOT NULL"];
  const values: (string | number)[] = [];
  if (state) {
    where.push("state = ?");
    values.push(state);
  }
  if (customerId) {
    where.push("customer_id = ?");
    values.push(customerId);
  }
  if (paymentKey) {
    where.push("order_id = (SELECT order_id FROM payment_keys WHERE payment_key = ?)");
    values.push(paymentKey);
  }
  const end = cursor === undefined ? undefined : decodeCursor(cursor);
  const { from, before } = placedBounds(placed);
  const oldestFirst = order === "oldest";
  // Beside a nearer bound SQLite may begin at the farther one, and walk through all pages before.
  if (from && !(oldestFirst && end && end.placedAt >= from)) {
    where.push("placed_at >= ?");
    values.push(from);
  }
  if (before && !(!oldestFirst && end && end.placedAt < before)) {
    where.push("placed_at < ?");
    values.push(before);
  }
  if (end) {
    where.push(`(placed_at, order_id) ${oldestFirst ? ">" : "<"} (?, ?)`);
    values.push(end.placedAt, end.orderId);
  }
  return { where, values };
};
