import type { Database } from "bun:sqlite";
import { type LeaseStore, lastOf } from "../ports.ts";

/** Leases as rows; each call is one statement or one transaction, so two processes on one file can't both win. */
export const sqliteLeases = (database: Database, guarded: <T>(work: () => T) => T): LeaseStore => {
  const announce = database.prepare(
    "INSERT INTO owners VALUES (?1, ?2) ON CONFLICT (owner) DO UPDATE SET expires_at = ?2",
  );
  const alive = database.prepare<{ owner: string }, [number, number]>(
    "SELECT owner FROM owners WHERE expires_at > ?1 AND expires_at <= ?2 ORDER BY owner",
  );
  const leave = database.prepare("DELETE FROM owners WHERE owner = ?");
  const take = database.prepare(
    `INSERT INTO leases VALUES (?1, ?2, ?3) ON CONFLICT (partition) DO UPDATE SET owner = ?2, expires_at = ?3
     WHERE owner = ?2 OR expires_at <= ?4 OR expires_at > ?5`,
  );
  const release = database.prepare("DELETE FROM leases WHERE partition = ? AND owner = ?");

  return {
    heartbeat: async (owner, now, ttlMs) =>
      guarded(() => {
        announce.run(owner, now + ttlMs);
        return alive.all(now, lastOf(now, ttlMs)).map((row) => row.owner);
      }),
    acquire: async (partition, owner, now, ttlMs) =>
      guarded(() => take.run(partition, owner, now + ttlMs, now, lastOf(now, ttlMs)).changes > 0),
    release: async (partition, owner) => guarded(() => void release.run(partition, owner)),
    leave: async (owner) => guarded(() => void leave.run(owner)),
  };
};
