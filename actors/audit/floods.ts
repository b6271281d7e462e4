import { canonical } from "./canonical.ts";
import type { AuditFact } from "./fact.ts";

/** Denials of one kind within a window, counted beyond the first. */
export interface Flood {
  readonly fact: AuditFact;
  readonly count: number;
  /** When the last of them came. */
  readonly until: string;
}

export interface Floods {
  /** True when the fact is to be written by itself; false when it is one more of a flood and was counted. */
  isFirst(fact: AuditFact, now: number): boolean;
  /** Takes out the floods whose window is over; all of them with `now` Infinity. */
  over(now: number): Flood[];
}

/** Callers and actions watched at once. Denials of others are counted together, without their names. */
const WATCHED = 1_000;
const OTHERS = { actor: null, action: "others", target: null } as const;

/**
 * Somebody who is denied a thousand times a second makes two records a window, not a thousand a second: the first
 * denial of a caller, action and code is a fact, and the rest of its window is a count.
 */
export const createFloods = (windowMs: number): Floods => {
  const open = new Map<string, { fact: AuditFact; count: number; until: string; endsAt: number }>();
  return {
    isFirst(fact, now) {
      if (fact.outcome !== "denied") return true;
      const key = canonical([fact.actor, fact.action, fact.code]);
      const known = open.get(key) ?? (open.size < WATCHED ? undefined : open.get(OTHERS.action));
      if (known) {
        known.count += 1;
        known.until = fact.at;
        return false;
      }
      const full = open.size >= WATCHED;
      open.set(full ? OTHERS.action : key, {
        fact: full ? { at: fact.at, outcome: "denied", ...OTHERS } : fact,
        count: full ? 1 : 0,
        until: fact.at,
        endsAt: now + windowMs,
      });
      return !full;
    },
    over(now) {
      const ended: Flood[] = [];
      for (const [key, { endsAt, ...flood }] of open) {
        if (endsAt > now) continue;
        open.delete(key);
        if (flood.count > 0) ended.push(flood);
      }
      return ended;
    },
  };
};
