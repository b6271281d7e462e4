import type { Database } from "bun:sqlite";
import { lastOf } from "../../actors/ports.ts";
import type { Places } from "./sqlite-reader.ts";

/** Who consumes for a group: one at a time, whatever the number of processes. Times in epoch ms. */
export interface GroupLeases {
  /** Takes the group or keeps it; false while another owner has it. */
  take(lease: GroupLease, now: number, ttlMs: number): boolean;
  give(lease: GroupLease): void;
  /** Stores offsets, unless the group has gone to another owner meanwhile: then false, and nothing is stored. */
  store(lease: GroupLease, places: Places): boolean;
}

export interface GroupLease {
  readonly topic: string;
  readonly group: string;
  readonly owner: string;
}

/**
 * On a connection that does not wait for the disk: what a power cut takes back here are offsets, whose records then
 * come again, and leases.
 */
export const prepareGroupLeases = (database: Database): GroupLeases => {
  const take = database.prepare(
    `INSERT INTO leases VALUES (?1, ?2, ?3, ?4) ON CONFLICT (topic, reader) DO UPDATE SET owner = ?3, until = ?4
     WHERE owner = ?3 OR until <= ?5 OR until > ?6`,
  );
  const give = database.prepare("DELETE FROM leases WHERE topic = ? AND reader = ? AND owner = ?");
  const mine = database.prepare<{ found: number }, [string, string, string]>(
    "SELECT 1 AS found FROM leases WHERE topic = ? AND reader = ? AND owner = ?",
  );
  const move = database.prepare(
    "INSERT INTO offsets VALUES (?1, ?2, ?3) ON CONFLICT (reader, shard) DO UPDATE SET next = max(next, ?3)",
  );
  const store = database.transaction(({ topic, group, owner }: GroupLease, places: Places) => {
    if (!mine.get(topic, group, owner)) return false;
    for (const [shard, next] of places) move.run(group, shard, next);
    return true;
  });
  return {
    take: ({ topic, group, owner }, now, ttlMs) =>
      take.run(topic, group, owner, now + ttlMs, now, lastOf(now, ttlMs)).changes > 0,
    give: ({ topic, group, owner }) => void give.run(topic, group, owner),
    store: (lease, places) => store.immediate(lease, places),
  };
};
