import { parentPort, workerData } from "node:worker_threads";
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

// The fsync of one batch then costs the commands of the next no time: they are parsed and folded meanwhile.
const commit = prepareCommit(openDatabase(workerData as string));

const answer = ({ id, rows }: WriteRequest): WriteAnswer => {
  try {
    return { id, written: commit(rows) };
  } catch (error) {
    return { id, error: String(error) };
  }
};

parentPort?.on("message", (request: WriteRequest) => parentPort?.postMessage(answer(request)));
