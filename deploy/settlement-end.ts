import { isStoreError, RetryableError } from "../actors/errors.ts";
import { exitCodes, isSettlementError } from "../settlement/errors.ts";
import { redact } from "./redact.ts";
import { explain, originalOf } from "./start-error.ts";

/** Tells why a command of settlement ends, and gives the exit code to end with, for a CronJob to act on. */
export const endWith = (thrown: unknown): number => {
  const error = originalOf(thrown);
  if (isSettlementError(error)) {
    const next = error.retryable ? "Run it again: it goes on where it ended." : "Somebody must act first.";
    console.error(redact(`${error.code}: ${error.message} ${next}`));
    return exitCodes[error.code];
  }
  const { message, exitCode } = explain(error);
  console.error(message);
  // Of the orders, whose store is read too.
  if (isStoreError(error))
    return exitCodes[error instanceof RetryableError ? "STORE_UNAVAILABLE" : "STORE_CORRUPT"];
  return exitCode === 1 ? 70 : exitCode;
};
