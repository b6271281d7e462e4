import type { Caller } from "../caller.ts";

/** Tokens that were found good lately, by the header that brings them. */
export interface Verified {
  get(header: string, now: number): Caller | undefined;
  put(header: string, caller: Caller, now: number): void;
}

interface Kept {
  readonly caller: Caller;
  readonly until: number;
}

/**
 * Spares a signature check to a token that comes again. One is kept for `keepMs` and never past its own end, so that a
 * key that was taken back stops counting soon; the oldest of `most` makes room.
 */
export const createVerified = ({ most = 10_000, keepMs = 60_000 } = {}): Verified => {
  const byHeader = new Map<string, Kept>();
  return {
    get(header, now) {
      const kept = byHeader.get(header);
      if (!kept || kept.until > now) return kept?.caller;
      byHeader.delete(header);
      return undefined;
    },
    put(header, caller, now) {
      byHeader.delete(header);
      byHeader.set(header, {
        caller,
        until: Math.min(caller.until ?? Number.POSITIVE_INFINITY, now + keepMs),
      });
      const oldest = byHeader.keys().next();
      if (byHeader.size > most && !oldest.done) byHeader.delete(oldest.value);
    },
  };
};
