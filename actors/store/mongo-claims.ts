import type { OrderWrite } from "../ports.ts";
import type { Collections } from "./mongo-documents.ts";
import { everyOutcome, unavailable } from "./mongo-errors.ts";

interface Claim {
  readonly paymentKey: string;
  readonly orderId: string;
}

/** Gives each paymentKey to whoever inserts it first. Resolves to the owner of each. */
export const insertClaims = async (
  { paymentKeys }: Collections,
  claims: readonly Claim[],
): Promise<Map<string, string>> => {
  const owners = new Map<string, string>();
  for (const { paymentKey, orderId } of claims) {
    if (!owners.has(paymentKey)) owners.set(paymentKey, orderId);
  }
  if (owners.size === 0) return owners;

  const inserts = [...owners].map(([_id, orderId]) => ({ insertOne: { document: { _id, orderId } } }));
  const bulk = paymentKeys.bulkWrite(inserts, { ordered: false });
  const { duplicates } = await everyOutcome(inserts.length, bulk);
  const taken = [...owners.keys()].filter((_, index) => duplicates.has(index));
  if (taken.length === 0) return owners;

  for (const paymentKey of taken) owners.delete(paymentKey);
  const found = await paymentKeys
    .find({ _id: { $in: taken } })
    .batchSize(taken.length + 1)
    .toArray();
  for (const { _id, orderId } of found) owners.set(_id, orderId);
  if (found.length < taken.length) throw unavailable("The owner of a taken paymentKey could not be read");
  return owners;
};

/** The writes that own all paymentKeys that they claim, once they have claimed them. */
export const withTheirKeys = async (
  collections: Collections,
  writes: readonly OrderWrite[],
): Promise<readonly OrderWrite[]> => {
  const claims = writes.flatMap(({ document: { orderId }, claims = [] }) =>
    claims.map((paymentKey) => ({ paymentKey, orderId })),
  );
  if (claims.length === 0) return writes;
  const owners = await insertClaims(collections, claims);
  return writes.filter(({ document: { orderId }, claims = [] }) =>
    claims.every((paymentKey) => owners.get(paymentKey) === orderId),
  );
};
