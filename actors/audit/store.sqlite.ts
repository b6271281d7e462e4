import type { Database } from "bun:sqlite";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { Worker } from "node:worker_threads";
import { RetryableError } from "../errors.ts";
import { silentLog } from "../ports.ts";
import { createSqliteHealth, type SqliteHealth } from "../store/sqlite-health.ts";
import { openAuditDatabase, openAuditReadOnly, prepareReads } from "./sqlite-table.ts";
import type { AppendAnswer } from "./sqlite-thread.ts";
import type { AuditStore } from "./store.ts";

const unavailable = (reason: string): RetryableError =>
  new RetryableError("STORE_UNAVAILABLE", { message: `The audit trail's SQLite file failed: ${reason}.` });

/**
 * The trail in a SQLite file of its own, so that no order waits for it, written by a thread of its own, so that no
 * request waits for its fsync. `readOnly`: for who only looks; the file must be there. Once the file was found damaged
 * all fails with STORE_CORRUPT.
 */
export const createSqliteAuditStore = async ({
  path,
  readOnly = false,
}: {
  readonly path: string;
  readonly readOnly?: boolean;
}): Promise<AuditStore> => {
  if (!readOnly) mkdirSync(dirname(path), { recursive: true });
  // Silent: the trail itself says that it can't be written.
  const health = createSqliteHealth({ path, log: silentLog, code: "STORE_UNAVAILABLE" });
  const database: Database = health.guard(() =>
    readOnly ? openAuditReadOnly(path) : openAuditDatabase(path),
  );
  const reads = health.guard(() => prepareReads(database));
  const writer = readOnly ? undefined : appendingThread(path, health);
  let closed = false;
  const open = <T>(work: () => T): T => {
    if (closed) throw unavailable("it is closed");
    return health.guard(work);
  };
  return {
    async append(records) {
      if (!writer) throw unavailable("it was opened to be read");
      return open(() => writer.append(records));
    },
    read: async (range) => open(() => reads.read(range)),
    newest: async () => open(reads.newest),
    async close() {
      closed = true;
      await writer?.stop();
      if (!health.damaged) database.close();
    },
  };
};

interface Waiter {
  resolve(stored: boolean): void;
  reject(error: Error): void;
}

/** Batches are written one after another, and answered in that order. */
const appendingThread = (path: string, health: SqliteHealth) => {
  const worker = new Worker(new URL("./sqlite-thread.ts", import.meta.url), { workerData: path });
  const waiting: Waiter[] = [];
  let dead: Error | undefined;
  worker.on("message", (answer: AppendAnswer) => {
    const waiter = waiting.shift();
    if ("error" in answer) waiter?.reject(health.failed(answer.error));
    else waiter?.resolve(answer.stored);
  });
  worker.on("error", (error) => {
    dead = health.failed(new Error(`the audit trail's writer thread died: ${String(error)}`));
    for (const { reject } of waiting.splice(0)) reject(dead);
  });
  return {
    append: (records: Parameters<AuditStore["append"]>[0]) =>
      new Promise<boolean>((resolve, reject) => {
        if (dead) return reject(dead);
        worker.postMessage(records);
        waiting.push({ resolve, reject });
      }),
    async stop() {
      dead ??= unavailable("it is closed");
      while (waiting.length > 0) await Bun.sleep(1);
      await worker.terminate();
    },
  };
};
