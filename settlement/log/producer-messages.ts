import type { Log } from "../../actors/ports.ts";
import {
  isSettlementError,
  type RetryableCode,
  RetryableSettlementError,
  type TerminalCode,
  TerminalSettlementError,
} from "../errors.ts";
import type { PackedRecords } from "./packed-records.ts";

/** What the thread that produces is asked for. `id` pairs it with its answer. */
export type ProducerRequest =
  | {
      readonly id: number;
      readonly kind: "send";
      readonly topic: string;
      readonly records: PackedRecords;
      readonly partitions: number;
    }
  | { readonly id: number; readonly kind: "close" };

/** What the thread tells: that something is done, or how it failed, or a line of its log. */
export type ProducerNote =
  | { readonly kind: "done"; readonly id: number }
  | { readonly kind: "failed"; readonly id: number; readonly error: ErrorNote }
  | {
      readonly kind: "log";
      readonly level: keyof Log;
      readonly fields: Record<string, unknown>;
      readonly text: string;
    };

interface Told {
  readonly message: string;
  readonly cause?: ErrorNote;
}

/** An error on its way between threads, where its class would be lost. */
export type ErrorNote =
  | ({ readonly kind: "retryable"; readonly code: RetryableCode } & Told)
  | ({ readonly kind: "terminal"; readonly code: TerminalCode } & Told)
  | ({ readonly kind: "other"; readonly name: string; readonly stack?: string } & Told);

export const toErrorNote = (error: unknown): ErrorNote => {
  if (!(error instanceof Error)) return { kind: "other", name: "Error", message: String(error) };
  const { name, message, stack, cause } = error;
  const told = { message, ...(cause !== undefined && { cause: toErrorNote(cause) }) };
  if (!isSettlementError(error)) return { kind: "other", name, ...(stack && { stack }), ...told };
  return error instanceof RetryableSettlementError
    ? { kind: "retryable", code: error.code, ...told }
    : { kind: "terminal", code: error.code, ...told };
};

export const fromErrorNote = (note: ErrorNote): Error => {
  const details = { message: note.message, ...(note.cause && { cause: fromErrorNote(note.cause) }) };
  if (note.kind === "retryable") return new RetryableSettlementError(note.code, details);
  if (note.kind === "terminal") return new TerminalSettlementError(note.code, details);
  const error = new Error(note.message, details);
  error.name = note.name;
  if (note.stack) error.stack = note.stack;
  return error;
};

/** Fields of a line of the log as they can cross: without what has no text. */
export const toFields = (fields: object): Record<string, unknown> =>
  JSON.parse(
    JSON.stringify(fields, (_, value: unknown) =>
      value instanceof Error ? toErrorNote(value) : typeof value === "bigint" ? String(value) : value,
    ),
  );
