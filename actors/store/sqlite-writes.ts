import type { Database } from "bun:sqlite";
import type { ArchiveEntry } from "../ports.ts";
import { prepareClaims } from "./sqlite-claims.ts";
import { type OrderRow, prepareCommit } from "./sqlite-commit.ts";
import { prepareRecount } from "./sqlite-counts.ts";
import { connectDatabase } from "./sqlite-schema.ts";
import { syncedNowAndThen } from "./sqlite-soon.ts";
import { isFull } from "./sqlite-trouble.ts";

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
  /** Writes, and leaves nothing behind: fails when the file takes nothing. */
  probe(): void;
}

/** Claims, archives and marks run without an fsync of their own: that of the order's write, which follows, will do. */
export const prepareWrites = (path: string): SqliteWrites & { close(): void } => {
  const durable = connectDatabase(path);
  const beside = connectDatabase(path);
  const soon = syncedNowAndThen(beside);
  return {
    commit: relieved(durable, prepareCommit(durable)),
    claim: soon(prepareClaim(beside)),
    archive: soon(prepareArchive(beside)),
    mark: soon(prepareMark(beside)),
    recount: prepareRecount(durable),
    probe: prepareProbe(durable),
    close() {
      beside.close();
      durable.close();
    },
  };
};

/**
 * A log that has grown until the disk was full takes no more; moved into the file, it is written anew from its start,
 * and the next try succeeds. What there is no room for stays in the log.
 */
const relieved =
  (database: Database, commit: SqliteWrites["commit"]): SqliteWrites["commit"] =>
  (rows) => {
    try {
      return commit(rows);
    } catch (error) {
      if (isFull(error)) database.run("PRAGMA wal_checkpoint(PASSIVE)");
      throw error;
    }
  };

const prepareProbe = (database: Database): SqliteWrites["probe"] => {
  const add = database.prepare("INSERT OR REPLACE INTO owners VALUES ('probe', 0)");
  const remove = database.prepare("DELETE FROM owners WHERE owner = 'probe'");
  const probe = database.transaction(() => {
    add.run();
    remove.run();
  });
  return () => void probe.immediate();
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
