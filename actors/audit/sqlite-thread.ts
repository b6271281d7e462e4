import { parentPort, workerData } from "node:worker_threads";
import { connectDatabase } from "../store/sqlite-schema.ts";
import { type PlainError, plainError } from "../store/sqlite-trouble.ts";
import type { AuditRecord } from "./record.ts";
import { prepareAppend } from "./sqlite-table.ts";

/** What the thread answers to a batch: whether it is stored, or why that is not known. */
export type AppendAnswer = { readonly stored: boolean } | { readonly error: PlainError };

const append = prepareAppend(connectDatabase(workerData as string));

const answer = (records: readonly AuditRecord[]): AppendAnswer => {
  try {
    return { stored: append(records) };
  } catch (error) {
    return { error: plainError(error) };
  }
};

parentPort?.on("message", (records: readonly AuditRecord[]) => parentPort?.postMessage(answer(records)));
