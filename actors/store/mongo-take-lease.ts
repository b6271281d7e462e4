import type { Collection } from "mongodb";
import { lastOf } from "../ports.ts";
import { isDuplicateKey } from "./mongo-errors.ts";

/** Who has something until when. */
export interface StoredLease {
  /** What is leased. */
  readonly _id: string | number;
  readonly owner: string;
  /** Epoch ms. */
  readonly until: number;
}

export interface LeaseRequest {
  readonly id: StoredLease["_id"];
  readonly owner: string;
  /** Epoch ms. */
  readonly now: number;
  readonly ttlMs: number;
}

/** Takes or renews a lease that is free, expired or already the owner's; false while another one has it. */
export const takeLease = async (
  leases: Collection<StoredLease>,
  { id, owner, now, ttlMs }: LeaseRequest,
): Promise<boolean> => {
  try {
    await leases.updateOne(
      { _id: id, $or: [{ owner }, { until: { $lte: now } }, { until: { $gt: lastOf(now, ttlMs) } }] },
      { $set: { owner, until: now + ttlMs } },
      { upsert: true },
    );
    return true;
  } catch (error) {
    // Another's lease did not match, so the upsert tried to insert beside it.
    if (isDuplicateKey(error)) return false;
    throw error;
  }
};
