import type { Database } from "bun:sqlite";
import type { ArchiveEntry } from "../ports.ts";
import { prepareClaims } from "./sqlite-claims.ts";
import { type OrderRow, prepareCommit } from "./sqlite-commit.ts";
import { prepareRecount } from "./sqlite-counts.ts";
import { openDatabase } from "./sqlite-schema.ts";

/** Everything that changes orders in SQLite. Plain data in and out, so that a thread of its own can do it. */
export interface SqliteWrites {
  /** One transaction, one fsync. Returns the ids whose write took place. */
  commit(rows: readonly OrderRow[]): string[];
  /** Returns the owner of each key. */
  claim(claims: readonly { paymentKey: string; orderId: string }[]): [paymentKey: string, orderId: string][];
  archive(entries: readonly ArchiveEntry[]): void;
  mark(marks: readonly { orderId: string; seq: number }[]): void;
  /** Counts the orders by state anew. */
  recount(): void;
}

/**
 * Claims, archives and marks run without an fsync of their own: all of a database's transactions stand in one
 * write-ahead log, so the fsync of the order's write, which follows, makes them durable too.
 */
export const prepareWrites = (path: string): SqliteWrites & { close(): void } => {
  const durable = openDatabase(path);
  const soon = openDatabase(path);
  soon.run("PRAGMA synchronous = NORMAL");
  return {
    commit: prepareCommit(durable),
    claim: prepareClaim(soon),
    archive: prepareArchive(soon),
    mark: prepareMark(soon),
    recount: prepareRecount(durable),
    close() {
      soon.close();
      durable.close();
    },
  };
};

const prepareClaim = (database: Database): SqliteWrites["claim"] => {
  const { ownerOf, give } = prepareClaims(database);
  const claimAll = database.transaction((claims: Parameters<SqliteWrites["claim"]>[0]) =>
    claims.map(({ paymentKey, orderId }): [string, string] => [
      paymentKey,
      give(paymentKey, orderId) ? orderId : (ownerOf(paymentKey) ?? ""),
    ]),
  );
  return (claims) => claimAll.immediate(claims);
};

const prepareArchive = (database: Database): SqliteWrites["archive"] => {
  const insertHistory = database.prepare("INSERT OR IGNORE INTO order_history VALUES (?, ?, ?)");
  const insertReply = database.prepare("INSERT OR IGNORE INTO order_replies VALUES (?, ?, ?)");
  const archive = database.transaction((entries: readonly ArchiveEntry[]) => {
    for (const { orderId, history, replies } of entries) {
      for (const entry of history) insertHistory.run(orderId, entry.seq, JSON.stringify(entry));
      for (const reply of replies) insertReply.run(orderId, reply.id, JSON.stringify(reply));
    }
  });
  return (entries) => archive.immediate(entries);
};

const prepareMark = (database: Database): SqliteWrites["mark"] => {
  const raise = database.prepare(
    "UPDATE orders SET published_seq = ?2 WHERE order_id = ?1 AND published_seq < ?2",
  );
  const mark = database.transaction((marks: Parameters<SqliteWrites["mark"]>[0]) => {
    for (const { orderId, seq } of marks) raise.run(orderId, seq);
  });
  return (marks) => mark.immediate(marks);
};
