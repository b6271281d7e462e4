import type { Caller } from "../caller.ts";

/** Tokens that were found good lately. */
export interface Verified {
  get(token: string, now: number): Caller | undefined;
  put(token: string, caller: Caller, now: number): void;
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
  const byToken = new Map<string, Kept>();
  return {
    get(token, now) {
      const kept = byToken.get(token);
      if (!kept || kept.until > now) return kept?.caller;
      byToken.delete(token);
      return undefined;
    },
    put(token, caller, now) {
      byToken.delete(token);
      byToken.set(token, { caller, until: Math.min(caller.until ?? Number.POSITIVE_INFINITY, now + keepMs) });
      const oldest = byToken.keys().next();
      if (byToken.size > most && !oldest.done) byToken.delete(oldest.value);
    },
  };
};
