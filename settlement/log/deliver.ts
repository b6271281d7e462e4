import type { Log } from "../../actors/ports.ts";
import { TerminalSettlementError } from "../errors.ts";
import type { StoredRecord } from "../ports.ts";
import { pause } from "./pause.ts";

/** How long to wait before the same records come again: doubled each time, up to the longest. In ms. */
export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
}

export const usualBackoff: Backoff = { firstMs: 100, longestMs: 5_000 };

export interface DeliverOptions {
  readonly handle: (records: readonly StoredRecord[]) => Promise<void>;
  /** Given: no further try is made. The one that runs is waited for. */
  readonly signal: AbortSignal;
  readonly backoff: Backoff;
  readonly log: Log;
}

/**
 * Brings records to a handler until it has taken them. Resolves to false when it was told to stop before that.
 * Throws what the handler threw when that is a TerminalSettlementError.
 */
export const deliver = async (
  records: readonly StoredRecord[],
  { handle, signal, backoff, log }: DeliverOptions,
): Promise<boolean> => {
  for (let waitMs = backoff.firstMs; !signal.aborted; waitMs = Math.min(waitMs * 2, backoff.longestMs)) {
    try {
      await handle(records);
      return true;
    } catch (error) {
      if (error instanceof TerminalSettlementError) throw error;
      log.warn({ error, records: records.length, waitMs }, "records were not taken; they come again");
      // Half of it by chance, so that many consumers of one database that was away don't come back in step.
      await pause(waitMs * (0.5 + Math.random() / 2), signal);
    }
  }
  return false;
};
