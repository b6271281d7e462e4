import { RetryableSettlementError } from "../errors.ts";

/** The ledgers can't be reached, or do not say what became of a write. */
export const ledgersUnavailable = (reason: string, cause?: unknown): RetryableSettlementError =>
  new RetryableSettlementError("STORE_UNAVAILABLE", {
    message:
      `The ledgers can't be used: ${reason}. What was being written may be there or not, and can be written again: ` +
      "a row counts once however often it comes. See that the database runs and its disk has room.",
    cause,
  });
