import { type LeaseStore, lastOf } from "../ports.ts";
import type { Collections } from "./mongo-documents.ts";
import { onMongo } from "./mongo-errors.ts";
import { takeLease } from "./mongo-take-lease.ts";

/** How many lifetimes an owner is remembered that no longer says that it is alive. */
const FORGET_AFTER = 100;

export const mongoLeases = ({ leases, owners }: Collections): LeaseStore => ({
  heartbeat: (owner, now, ttlMs) =>
    onMongo(async () => {
      await owners.updateOne({ _id: owner }, { $set: { until: now + ttlMs } }, { upsert: true });
      await owners.deleteMany({ until: { $lt: now - FORGET_AFTER * ttlMs } });
      const alive = await owners
        .find({ until: { $gt: now, $lte: lastOf(now, ttlMs) } })
        .sort({ _id: 1 })
        .toArray();
      return alive.map(({ _id }) => _id);
    }),

  acquire: (partition, owner, now, ttlMs) =>
    onMongo(() => takeLease(leases, { id: partition, owner, now, ttlMs })),

  release: (partition, owner) =>
    onMongo(async () => {
      await leases.deleteOne({ _id: partition, owner });
    }),

  leave: (owner) =>
    onMongo(async () => {
      await owners.deleteOne({ _id: owner });
    }),
});
