import { Worker } from "node:worker_threads";
import { RetryableError } from "../errors.ts";
import type { OrderRow } from "./sqlite-commit.ts";
import type { WriteAnswer, WriteRequest } from "./sqlite-writer.ts";

export interface WriterThread {
  write(rows: readonly OrderRow[]): Promise<readonly string[]>;
  stop(): Promise<void>;
}

interface Waiter {
  resolve(written: readonly string[]): void;
  reject(error: Error): void;
}

/** A thread with its own connection that does nothing but group commits, one after another. */
export const startWriter = (path: string): WriterThread => {
  const worker = new Worker(new URL("./sqlite-writer.ts", import.meta.url), { workerData: path });
  const waiting = new Map<number, Waiter>();
  let next = 0;

  const failAll = (message: string) => {
    for (const { reject } of waiting.values()) reject(new RetryableError("STORE_UNAVAILABLE", { message }));
    waiting.clear();
  };
  worker.on("message", (answer: WriteAnswer) => {
    const waiter = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ("written" in answer) waiter?.resolve(answer.written);
    else
      waiter?.reject(new RetryableError("STORE_UNAVAILABLE", { message: `SQLite failed: ${answer.error}` }));
  });
  worker.on("error", (error) => failAll(`The SQLite writer thread failed: ${String(error)}`));

  return {
    write: (rows) =>
      new Promise((resolve, reject) => {
        next += 1;
        waiting.set(next, { resolve, reject });
        worker.postMessage({ id: next, rows } satisfies WriteRequest);
      }),
    async stop() {
      while (waiting.size > 0) await Bun.sleep(1);
      await worker.terminate();
    },
  };
};
