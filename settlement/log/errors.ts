import { connectionFault } from "../../actors/connection/fault.ts";
import { isSettlementError, RetryableSettlementError, TerminalSettlementError } from "../errors.ts";

/** @example throw logUnavailable("The file of the embedded log can't be written", "Free some disk space", error) */
export const logUnavailable = (what: string, remedy: string, cause?: unknown): RetryableSettlementError => {
  const reason = cause === undefined ? "" : `: ${cause instanceof Error ? cause.message : String(cause)}`;
  return new RetryableSettlementError("LOG_UNAVAILABLE", { message: `${what}${reason}. ${remedy}.`, cause });
};

/**
 * What already has a code of ours passes; what stands between us and Kafka becomes CONNECTION_INSECURE or
 * CREDENTIALS_REFUSED, and anything else LOG_UNAVAILABLE.
 */
export const asLogError = (error: unknown, what: string, remedy: string): Error => {
  if (isSettlementError(error)) return error;
  const fault = connectionFault(error);
  if (!fault) return logUnavailable(what, remedy, error);
  return new TerminalSettlementError(fault.code, { message: `${what}: ${fault.message}`, cause: error });
};
