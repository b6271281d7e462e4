import { isSettlementError, RetryableSettlementError } from "../errors.ts";

/** @example throw logUnavailable("The file of the embedded log can't be written", "Free some disk space", error) */
export const logUnavailable = (what: string, remedy: string, cause?: unknown): RetryableSettlementError => {
  const reason = cause === undefined ? "" : `: ${cause instanceof Error ? cause.message : String(cause)}`;
  return new RetryableSettlementError("LOG_UNAVAILABLE", { message: `${what}${reason}. ${remedy}.`, cause });
};

/** What already has a code of ours passes; anything else becomes LOG_UNAVAILABLE. */
export const asLogError = (error: unknown, what: string, remedy: string): Error =>
  isSettlementError(error) ? error : logUnavailable(what, remedy, error);
