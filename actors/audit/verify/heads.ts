import { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Head } from "../record.ts";
import type { SealedHead } from "./order.ts";

/** The heads that a trail has sealed, by order: as many as there were changes, so they stand in a file and not in memory. */
export interface HeadTable {
  add(n: number, heads: readonly Head[]): void;
  of(orderId: string): SealedHead[];
  /** Orders with heads that were never asked for. */
  unasked(after: string, limit: number): string[];
  close(): void;
}

export const openHeadTable = (): HeadTable => {
  const folder = mkdtempSync(join(tmpdir(), "jumun-audit-"));
  const database = new Database(join(folder, "heads.sqlite"), { create: true, strict: true });
  // Of use to this process only, and only as long as it runs.
  database.run("PRAGMA journal_mode = OFF");
  database.run("PRAGMA synchronous = OFF");
  database.run(`CREATE TABLE heads (
    order_id TEXT NOT NULL, seq INTEGER NOT NULL, chain TEXT NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY (order_id, seq, chain)
  ) WITHOUT ROWID`);
  database.run("CREATE TABLE asked (order_id TEXT PRIMARY KEY) WITHOUT ROWID");
  const insert = database.prepare("INSERT OR IGNORE INTO heads VALUES (?, ?, ?, ?)");
  const insertAll = database.transaction((n: number, heads: readonly Head[]) => {
    for (const [orderId, seq, chain] of heads) insert.run(orderId, seq, chain, n);
  });
  const ask = database.prepare("INSERT OR IGNORE INTO asked VALUES (?)");
  const its = database.prepare<SealedHead, [string]>(
    "SELECT seq, chain, n FROM heads WHERE order_id = ? ORDER BY seq",
  );
  const unasked = database.prepare<{ order_id: string }, [string, number]>(
    `SELECT DISTINCT order_id FROM heads WHERE order_id > ? AND order_id NOT IN (SELECT order_id FROM asked)
     ORDER BY order_id LIMIT ?`,
  );
  return {
    add: (n, heads) => insertAll(n, heads),
    of(orderId) {
      const found = its.all(orderId);
      if (found.length > 0) ask.run(orderId);
      return found;
    },
    unasked: (after, limit) => unasked.all(after, limit).map(({ order_id }) => order_id),
    close() {
      database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
