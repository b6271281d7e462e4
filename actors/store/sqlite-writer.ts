import { workerData } from "node:worker_threads";
import { type OrderRow, prepareCommit } from "./sqlite-commit.ts";
import { openDatabase } from "./sqlite-schema.ts";

/** What the writer thread is told and answers. `id` pairs the two. */
export interface WriteRequest {
  readonly id: number;
  readonly rows: readonly OrderRow[];
}
export type WriteAnswer =
  | { readonly id: number; readonly written: readonly string[] }
  | { readonly id: number; readonly error: string };

declare const self: Worker;

// The fsync of one batch then costs the commands of the next no time: they are parsed and folded meanwhile.
const commit = prepareCommit(openDatabase(workerData as string));

self.onmessage = ({ data: { id, rows } }: MessageEvent<WriteRequest>) => {
  let answer: WriteAnswer;
  try {
    answer = { id, written: commit(rows) };
  } catch (error) {
    answer = { id, error: String(error) };
  }
  self.postMessage(answer);
};
