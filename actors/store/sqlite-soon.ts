import type { Database } from "bun:sqlite";

/** Of so many commits in a row the last one waits for its fsync. */
export const SYNC_EVERY = 4;

/**
 * For commits that need no fsync of their own, since one that follows makes them durable too: all transactions of a
 * database stand in one write-ahead log. Where none follows, every fourth syncs all the same, so that a power cut tears
 * few commits at the log's end, by which `sqlite-wal.ts` knows it from damage.
 * @example const soon = syncedNowAndThen(database); const mark = soon(prepareMark(database));
 */
export const syncedNowAndThen = (database: Database) => {
  const sync = (how: "NORMAL" | "FULL") => database.run(`PRAGMA synchronous = ${how}`);
  sync("NORMAL");
  let unsynced = 0;

  return <Args extends readonly unknown[], Result>(commit: (...args: Args) => Result) =>
    (...args: Args): Result => {
      if (unsynced + 1 < SYNC_EVERY) {
        unsynced += 1; // also where it fails: its frames may stand in the log
        return commit(...args);
      }
      sync("FULL");
      try {
        const result = commit(...args);
        unsynced = 0;
        return result;
      } finally {
        sync("NORMAL");
      }
    };
};
