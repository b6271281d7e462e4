import type { Database } from "bun:sqlite";
import { lastOf } from "../actors/ports.ts";
import { openDatabase } from "../actors/store/sqlite-open.ts";
import type { KstDate } from "../machines/mod.ts";
import { onSqliteFile } from "./damaged.ts";
import { RetryableSettlementError } from "./errors.ts";
import type { ControlTotals, RunRecord, RunStatus } from "./ports.ts";
import type { ClosableRunStore } from "./run-store.ts";

export interface SqliteRunStoreOptions {
  /** A file of its own; its folder is made. Several processes may have it open at once. */
  readonly path: string;
}

const totalColumns = `
  rows INTEGER, malformed INTEGER, amount INTEGER, fee INTEGER, pay_out_amount INTEGER, digest TEXT`;
const tables = `
  CREATE TABLE IF NOT EXISTS runs (
    date TEXT PRIMARY KEY, status TEXT NOT NULL, started_at TEXT NOT NULL, finished_at TEXT,
    passes INTEGER NOT NULL, ${totalColumns}
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS pages (
    date TEXT NOT NULL, page INTEGER NOT NULL, ${totalColumns}, PRIMARY KEY (date, page)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS leases (
    date TEXT PRIMARY KEY, owner TEXT NOT NULL, until INTEGER NOT NULL
  ) WITHOUT ROWID;
`;

interface TotalsRow {
  readonly rows: number;
  readonly malformed: number;
  readonly amount: number;
  readonly fee: number;
  readonly pay_out_amount: number;
  readonly digest: string;
}

type RunRow = {
  readonly date: string;
  readonly status: RunStatus;
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly passes: number;
} & (TotalsRow | { readonly digest: null });

/**
 * What the poller remembers, in one SQLite file: each write is one statement with its fsync. Throws
 * STORE_UNAVAILABLE and STORE_CORRUPT.
 * @example const store = createSqliteRunStore({ path: "data/settlement-runs.sqlite" });
 */
export const createSqliteRunStore = ({ path }: SqliteRunStoreOptions): ClosableRunStore => {
  const away = <T>(work: () => T): T => onSqliteFile(path, unavailable, work);
  const database = away(() => openDatabase(path, tables));
  const statements = away(() => prepare(database));
  let closed = false;
  /** Bun lets statements of a closed database run on, and find nothing. */
  const guarded = async <T>(work: () => T): Promise<T> => {
    if (closed) throw unavailable("it is closed");
    return away(work);
  };
  const { take, release, run, runs, saveRun, pages, savePage, dropPages } = statements;

  return {
    lease: (date, owner, now, ttlMs) =>
      guarded(() => take.run(date, owner, now + ttlMs, now, lastOf(now, ttlMs)).changes > 0),
    release: (date, owner) => guarded(() => void release.run(date, owner)),
    run: (date) =>
      guarded(() => {
        const row = run.get(date);
        return row ? runOf(row) : undefined;
      }),
    runs: (from, to) => guarded(() => runs.all(from, to).map(runOf)),
    saveRun: ({ date, status, startedAt, finishedAt, passes, totals }) =>
      guarded(
        () =>
          void saveRun.run(
            ...([date, status, startedAt, finishedAt ?? null, passes] as const),
            ...(totals ? valuesOf(totals) : noTotals),
          ),
      ),
    pages: (date) => guarded(() => pages.all(date).map((row) => ({ page: row.page, ...totalsOf(row) }))),
    savePage: (date, page) => guarded(() => void savePage.run(date, page.page, ...valuesOf(page))),
    dropPages: (date, page) => guarded(() => void dropPages.run(date, page)),
    async close() {
      if (closed) return;
      closed = true;
      database.close();
    },
  };
};

type TotalValues = readonly [number, number, number, number, number, string];
type NoTotals = readonly [null, null, null, null, null, null];

const prepare = (database: Database) => ({
  take: database.prepare<unknown, [KstDate, string, number, number, number]>(
    `INSERT INTO leases VALUES (?1, ?2, ?3) ON CONFLICT (date) DO UPDATE SET owner = ?2, until = ?3
     WHERE owner = ?2 OR until <= ?4 OR until > ?5`,
  ),
  release: database.prepare<unknown, [KstDate, string]>("DELETE FROM leases WHERE date = ? AND owner = ?"),
  run: database.prepare<RunRow, [KstDate]>("SELECT * FROM runs WHERE date = ?"),
  runs: database.prepare<RunRow, [KstDate, KstDate]>(
    "SELECT * FROM runs WHERE date BETWEEN ? AND ? ORDER BY date",
  ),
  saveRun: database.prepare<
    unknown,
    [KstDate, RunStatus, string, string | null, number, ...(TotalValues | NoTotals)]
  >("INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
  pages: database.prepare<TotalsRow & { page: number }, [KstDate]>(
    "SELECT * FROM pages WHERE date = ? ORDER BY page",
  ),
  savePage: database.prepare<unknown, [KstDate, number, ...TotalValues]>(
    "INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  ),
  dropPages: database.prepare<unknown, [KstDate, number]>("DELETE FROM pages WHERE date = ? AND page >= ?"),
});

const noTotals: NoTotals = [null, null, null, null, null, null];

const valuesOf = ({ rows, malformed, amount, fee, payOutAmount, digest }: ControlTotals): TotalValues => [
  rows,
  malformed,
  amount,
  fee,
  payOutAmount,
  digest,
];

const totalsOf = (row: TotalsRow): ControlTotals => ({
  rows: row.rows,
  malformed: row.malformed,
  amount: row.amount,
  fee: row.fee,
  payOutAmount: row.pay_out_amount,
  digest: row.digest,
});

const runOf = (row: RunRow): RunRecord => ({
  date: row.date,
  status: row.status,
  startedAt: row.started_at,
  ...(row.finished_at !== null && { finishedAt: row.finished_at }),
  passes: row.passes,
  ...(row.digest !== null && { totals: totalsOf(row) }),
});

const unavailable = (reason: string, cause?: unknown): RetryableSettlementError =>
  new RetryableSettlementError("STORE_UNAVAILABLE", {
    message:
      `The file of the poller's checkpoints can't be used: ${reason}. What was checkpointed stays. ` +
      "See that the disk has room and the file can be written, and run again.",
    cause,
  });
