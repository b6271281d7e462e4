import { Database } from "bun:sqlite";

const schema = `
  CREATE TABLE IF NOT EXISTS orders (
    order_id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    partition INTEGER NOT NULL,
    state TEXT,
    customer_id TEXT,
    placed_at TEXT,
    due_at INTEGER,
    seq INTEGER NOT NULL,
    published_seq INTEGER NOT NULL,
    document TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS orders_due ON orders (due_at) WHERE due_at IS NOT NULL;
  CREATE INDEX IF NOT EXISTS orders_unpublished ON orders (order_id) WHERE published_seq < seq;
  DROP INDEX IF EXISTS orders_newest;
  DROP INDEX IF EXISTS orders_by_customer;
  CREATE INDEX IF NOT EXISTS orders_placed ON orders (placed_at, order_id) WHERE placed_at IS NOT NULL;
  CREATE INDEX IF NOT EXISTS orders_by_state ON orders (state, placed_at, order_id) WHERE state IS NOT NULL;
  CREATE INDEX IF NOT EXISTS orders_of_customer ON orders (customer_id, placed_at, order_id)
    WHERE placed_at IS NOT NULL;
  CREATE TABLE IF NOT EXISTS order_history (
    order_id TEXT NOT NULL, seq INTEGER NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (order_id, seq)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS order_replies (
    order_id TEXT NOT NULL, command_id TEXT NOT NULL, reply TEXT NOT NULL, PRIMARY KEY (order_id, command_id)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS payment_keys (payment_key TEXT PRIMARY KEY, order_id TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS order_money_days (
    date TEXT NOT NULL, order_id TEXT NOT NULL, PRIMARY KEY (date, order_id)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS order_counts (state TEXT PRIMARY KEY, orders INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS orders_waiting (order_id TEXT PRIMARY KEY, effects INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS leases (
    partition INTEGER PRIMARY KEY, owner TEXT NOT NULL, expires_at INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS owners (owner TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) WITHOUT ROWID;
`;

/** The tables of orders; a file's first table says whose the file is. */
export const orderTables = schema;

/**
 * Opens a database that loses nothing it has acknowledged: WAL, and an fsync at every commit. Several processes may have
 * it open at once. Throws what SQLite throws: see `openDatabase` for a file that nobody has looked at yet.
 */
export const connectDatabase = (path: string, { create = false } = {}): Database => {
  const database = new Database(path, { readwrite: true, create, strict: true });
  database.run("PRAGMA busy_timeout = 10000");
  // Of a new file. Two orders fit in a page of the default 4 KB; in 8 KB a batch touches half as many pages.
  database.run("PRAGMA page_size = 8192");
  database.run("PRAGMA journal_mode = WAL");
  database.run("PRAGMA synchronous = FULL");
  database.run("PRAGMA cache_size = -16384");
  // 32 MB: an order is written several times while it is young, and most of these writes need never leave the log.
  database.run("PRAGMA wal_autocheckpoint = 4000");
  return database;
};
