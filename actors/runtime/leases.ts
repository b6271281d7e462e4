import { PARTITIONS } from "../command.ts";
import type { Clock, LeaseStore, Log } from "../ports.ts";

export interface Leases {
  /** The partitions held now. */
  held(): readonly number[];
  /** Renews what is held, gives back what is more than a fair share, takes what is free. */
  renew(): Promise<void>;
  /** Gives everything back, so that the next owner need not wait for the leases to run out. */
  release(): Promise<void>;
}

export interface LeaseEvents {
  acquired(partition: number): Promise<void>;
  lost(partition: number): Promise<void>;
}

/**
 * Splits the partitions evenly over the processes alive. Only an optimisation: while two processes believe to own one
 * partition, the compare-and-set of each write keeps every order right.
 */
export const createLeases = (
  parts: { store: LeaseStore; clock: Clock; owner: string; ttlMs: number; log: Log },
  events: LeaseEvents,
): Leases => {
  const { store, clock, owner, ttlMs } = parts;
  const held = new Set<number>();
  let renewing = Promise.resolve();
  let releasing = false;

  const lose = async (partition: number) => {
    held.delete(partition);
    await events.lost(partition);
  };

  const acquire = async (partition: number): Promise<void> => {
    const ours = await store.acquire(partition, owner, clock.now(), ttlMs);
    if (ours && !held.has(partition)) {
      // Held once its commands come: should that fail, the next renewal tries again.
      await events.acquired(partition);
      held.add(partition);
    } else if (!ours && held.has(partition)) {
      parts.log.warn({ partition }, "another process took over a partition");
      await lose(partition);
    }
  };

  const renewAll = async (): Promise<void> => {
    const alive = await store.heartbeat(owner, clock.now(), ttlMs);
    const share = shareOf(owner, alive);
    for (const partition of [...held].slice(share)) {
      await lose(partition);
      await store.release(partition, owner);
    }
    for (const partition of [...held]) await acquire(partition);
    for (let partition = 0; partition < PARTITIONS && held.size < share && !releasing; partition += 1) {
      if (!held.has(partition)) await acquire(partition);
    }
  };

  return {
    held: () => [...held],
    renew() {
      renewing = renewAll();
      return renewing;
    },
    async release() {
      releasing = true;
      // A renewal under way would take back what is released here.
      await renewing.catch(() => {});
      for (const partition of [...held]) {
        await lose(partition);
        await store.release(partition, owner);
      }
      await store.leave(owner);
      releasing = false;
    },
  };
};

/** How many partitions each is due: all of them, spread so that no two owners differ by more than one. */
const shareOf = (owner: string, alive: readonly string[]): number => {
  const owners = [...new Set([...alive, owner])].sort();
  const withOneMore = PARTITIONS % owners.length;
  return Math.floor(PARTITIONS / owners.length) + (owners.indexOf(owner) < withOneMore ? 1 : 0);
};

/** What a process holds that shares its commands with no other: every partition, always. */
export const allPartitions = (events: LeaseEvents): Leases => {
  const held = new Set<number>();
  return {
    held: () => [...held],
    async renew() {
      for (let partition = 0; partition < PARTITIONS; partition += 1) {
        if (held.has(partition)) continue;
        await events.acquired(partition);
        held.add(partition);
      }
    },
    async release() {
      for (const partition of [...held]) {
        held.delete(partition);
        await events.lost(partition);
      }
    },
  };
};
