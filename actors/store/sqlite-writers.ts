import { Worker } from "node:worker_threads";
import { RetryableError } from "../errors.ts";
import type { SqliteHealth } from "./sqlite-health.ts";
import type { WriteAnswer, WriteRequest } from "./sqlite-thread.ts";
import { prepareWrites, type SqliteWrites } from "./sqlite-writes.ts";

/** The writes of a store, wherever they run; each rejects with the coded error of what failed. */
export type Writer = {
  readonly [Method in keyof SqliteWrites]: (
    ...args: Parameters<SqliteWrites[Method]>
  ) => Promise<ReturnType<SqliteWrites[Method]>>;
} & { stop(): Promise<void> };

const closed = (): RetryableError =>
  new RetryableError("STORE_UNAVAILABLE", { message: "SQLite failed: the store is closed." });

/**
 * A thread that does nothing but writes, one after another. The fsync of one batch then costs the commands of the next
 * no time: they are parsed and folded meanwhile.
 */
export const writerThread = (path: string, health: SqliteHealth): Writer => {
  const worker = new Worker(new URL("./sqlite-thread.ts", import.meta.url), { workerData: path });
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  let next = 0;
  let dead: Error | undefined;

  worker.on("message", (answer: WriteAnswer) => {
    const waiter = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ("error" in answer) return waiter?.reject(health.failed(answer.error));
    health.wrote();
    waiter?.resolve(answer.result);
  });
  worker.on("error", (error) => {
    dead = health.failed(new Error(`the writer thread died: ${String(error)}`));
    for (const { reject } of waiting.values()) reject(dead);
    waiting.clear();
  });

  const call =
    <Method extends keyof SqliteWrites>(method: Method) =>
    (...args: Parameters<SqliteWrites[Method]>) =>
      new Promise<ReturnType<SqliteWrites[Method]>>((resolve, reject) => {
        const broken = dead ?? (health.damaged ? health.failed(undefined) : undefined);
        if (broken) return reject(broken);
        next += 1;
        // First the message: one that can't be sent must not be waited for.
        worker.postMessage({ id: next, method, args } satisfies WriteRequest);
        waiting.set(next, { resolve: resolve as (result: unknown) => void, reject });
      });

  return {
    commit: call("commit"),
    claim: call("claim"),
    archive: call("archive"),
    mark: call("mark"),
    recount: call("recount"),
    probe: call("probe"),
    async stop() {
      dead ??= closed();
      while (waiting.size > 0) await Bun.sleep(1);
      await worker.terminate();
    },
  };
};

/** The same in this thread: simpler to profile, and what a process with one core wants. */
export const writerInline = (path: string, health: SqliteHealth): Writer => {
  const writes = prepareWrites(path);
  const call =
    <Method extends keyof SqliteWrites>(method: Method) =>
    async (...args: Parameters<SqliteWrites[Method]>) => {
      const write = writes[method] as (...args: unknown[]) => ReturnType<SqliteWrites[Method]>;
      const result = health.guard(() => write(...args));
      health.wrote();
      return result;
    };
  return {
    commit: call("commit"),
    claim: call("claim"),
    archive: call("archive"),
    mark: call("mark"),
    recount: call("recount"),
    probe: call("probe"),
    stop: async () => void (health.damaged || writes.close()),
  };
};
