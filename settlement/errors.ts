import type { ConnectionFaultCode } from "../actors/errors.ts";

/** What went wrong in settlement. The class says what to do: try again, or mend something first. */
export type SettlementErrorCode = RetryableCode | TerminalCode;

export type RetryableCode =
  /** Toss did not answer, answered 429 or 5xx, for longer than the poller waits. */
  | "TOSS_UNAVAILABLE"
  /** Kafka, or the file of the embedded log, can't be reached or does not take records. */
  | "LOG_UNAVAILABLE"
  /** The database of ledgers and checkpoints can't be reached. */
  | "STORE_UNAVAILABLE"
  /** The schema registry can't be reached. */
  | "REGISTRY_UNAVAILABLE"
  /** Another poller works on this date. */
  | "DATE_LEASED"
  /** Two passes over the date's rows would not agree: Toss is still changing them. */
  | "ROWS_UNSTABLE"
  | "SHUTTING_DOWN";

export type TerminalCode =
  /** A date that is none, a range that runs backwards, a date in the future. */
  | "DATE_INVALID"
  /** The holiday table does not have this year. */
  | "YEAR_NOT_COVERED"
  /** Toss refuses the secret key, or our request. */
  | "TOSS_REFUSED"
  /** The registry has found the row's schema incompatible with what is registered. */
  | "SCHEMA_INCOMPATIBLE"
  /** A record that is no Avro row, or of an unknown schema: it goes to the dead-letter topic. */
  | "RECORD_UNREADABLE"
  | "CONFIG_INVALID"
  /** Kafka, the database or the registry, and we: see the orders' own codes. */
  | ConnectionFaultCode
  /** The rows that were produced are not those that Toss counts. */
  | "COUNT_MISMATCH"
  /** A file of settlement is damaged, or another program's: nothing is read from it or written to it. */
  | "STORE_CORRUPT";

interface Details {
  readonly message: string;
  readonly cause?: unknown;
}

/** The same run can succeed later, and continues where this one ended. */
export class RetryableSettlementError extends Error {
  override readonly name = "RetryableSettlementError";
  readonly retryable = true;
  constructor(
    readonly code: RetryableCode,
    { message, cause }: Details,
  ) {
    super(message, { cause });
  }
}

/** The same run can never succeed: someone must act first. */
export class TerminalSettlementError extends Error {
  override readonly name = "TerminalSettlementError";
  readonly retryable = false;
  constructor(
    readonly code: TerminalCode,
    { message, cause }: Details,
  ) {
    super(message, { cause });
  }
}

export type SettlementError = RetryableSettlementError | TerminalSettlementError;

export const isSettlementError = (error: unknown): error is SettlementError =>
  error instanceof RetryableSettlementError || error instanceof TerminalSettlementError;

/**
 * What the run-once command ends with, so that a CronJob can tell "try again" from "wake someone up".
 * 0 done · 64 usage · 69 retry (something is away) · 70 a defect of ours · 74 a damaged file · 75 another poller has the
 * date · 76 Toss refuses us · 77 the rows do not add up · 78 settings.
 */
export const exitCodes: Readonly<Record<SettlementErrorCode, number>> = {
  DATE_INVALID: 64,
  YEAR_NOT_COVERED: 78,
  TOSS_UNAVAILABLE: 69,
  LOG_UNAVAILABLE: 69,
  STORE_UNAVAILABLE: 69,
  REGISTRY_UNAVAILABLE: 69,
  SHUTTING_DOWN: 69,
  STORE_CORRUPT: 74,
  DATE_LEASED: 75,
  TOSS_REFUSED: 76,
  COUNT_MISMATCH: 77,
  ROWS_UNSTABLE: 77,
  SCHEMA_INCOMPATIBLE: 78,
  RECORD_UNREADABLE: 70,
  CONFIG_INVALID: 78,
  CONNECTION_INSECURE: 78,
  CREDENTIALS_REFUSED: 78,
};
