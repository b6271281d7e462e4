import { entryOf } from "./record.ts";
import type { AuditStore } from "./store.ts";

/** More than come to be written while one process takes another's place. */
const LOOKED_AT = 200;

/**
 * Whether the newest record is the end of a run, and no run that began after that one is without its end: then no order
 * is left unsealed where one process changes orders. Two may overlap as one takes the other's place, so that the end of
 * the first says nothing of the second. What runs before it left, it has looked for itself.
 */
export const allEnded = async (trail: Pick<AuditStore, "newest" | "read">): Promise<boolean> => {
  const newest = await trail.newest();
  const last = newest && entryOf(newest);
  if (!newest || last?.kind !== "stop") return false;
  const records = await trail.read({ after: Math.max(0, newest.n - LOOKED_AT), limit: LOOKED_AT });
  const entries = records.map(entryOf).filter((entry) => entry !== undefined);
  const begun = entries.findIndex(({ kind, by }) => kind === "start" && by === last.by);
  const ended = new Set(entries.flatMap(({ kind, by }) => (kind === "stop" ? [by] : [])));
  return entries.slice(begun + 1).every(({ kind, by }) => kind !== "start" || ended.has(by));
};
