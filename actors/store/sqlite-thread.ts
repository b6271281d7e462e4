import { parentPort, workerData } from "node:worker_threads";
import { type PlainError, plainError } from "./sqlite-trouble.ts";
import { prepareWrites, type SqliteWrites } from "./sqlite-writes.ts";

/** A write that the thread is asked for, and its answer. `id` pairs the two. */
export interface WriteRequest {
  readonly id: number;
  readonly method: keyof SqliteWrites;
  readonly args: readonly unknown[];
}
export type WriteAnswer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: PlainError };

const writes = prepareWrites(workerData as string);

const answer = ({ id, method, args }: WriteRequest): WriteAnswer => {
  try {
    return { id, result: (writes[method] as (...args: readonly unknown[]) => unknown)(...args) };
  } catch (error) {
    return { id, error: plainError(error) };
  }
};

parentPort?.on("message", (request: WriteRequest) => parentPort?.postMessage(answer(request)));
