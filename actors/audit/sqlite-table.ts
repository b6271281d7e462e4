import { Database } from "bun:sqlite";
import { openDatabase } from "../store/sqlite-open.ts";
import type { AuditRecord } from "./record.ts";

/** The triggers stop a slip of the hand; who means to can drop them, which the chain then shows. */
const table = `
  CREATE TABLE IF NOT EXISTS audit (
    n INTEGER PRIMARY KEY, prev TEXT NOT NULL, hash TEXT NOT NULL, text TEXT NOT NULL
  );
  CREATE TRIGGER IF NOT EXISTS audit_not_changed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
  CREATE TRIGGER IF NOT EXISTS audit_not_deleted BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
`;

export const openAuditDatabase = (path: string): Database => openDatabase(path, table);

/** For who only looks, beside a shop that runs: a trail is not made where there is none. */
export const openAuditReadOnly = (path: string): Database => {
  const database = new Database(path, { readonly: true, strict: true });
  database.run("PRAGMA busy_timeout = 10000");
  return database;
};

export type Append = (records: readonly AuditRecord[]) => boolean;

/** One transaction, one fsync; false when a number is taken. */
export const prepareAppend = (database: Database): Append => {
  const insert = database.prepare<unknown, [number, string, string, string]>(
    "INSERT INTO audit VALUES (?, ?, ?, ?) ON CONFLICT (n) DO NOTHING",
  );
  const append = database.transaction((records: readonly AuditRecord[]) => {
    for (const { n, prev, hash, text } of records) {
      if (insert.run(n, prev, hash, text).changes === 0) throw new Taken();
    }
  });
  return (records) => {
    try {
      append.immediate(records);
      return true;
    } catch (error) {
      if (error instanceof Taken) return false;
      throw error;
    }
  };
};

class Taken extends Error {}

export const prepareReads = (database: Database) => {
  const some = database.prepare<AuditRecord, [number, number]>(
    "SELECT n, prev, hash, text FROM audit WHERE n > ? ORDER BY n LIMIT ?",
  );
  const newest = database.prepare<AuditRecord, []>(
    "SELECT n, prev, hash, text FROM audit ORDER BY n DESC LIMIT 1",
  );
  return {
    read: ({ after, limit }: { after: number; limit: number }) => some.all(after, limit),
    newest: () => newest.get() ?? undefined,
  };
};
