import type { Collection } from "mongodb";
import type { OrderWrite } from "../ports.ts";
import { type StoredOrder, toStored } from "./mongo-documents.ts";
import { everyOutcome } from "./mongo-errors.ts";

/**
 * Compare-and-set of many orders: a new one by its insert, which meets a duplicate key when it comes too late, and a
 * stored one by a filter that names the expected version, which then matches nothing.
 *
 * Resolves to the ids whose write took place. One that another writer has written over since may be left out: whoever
 * is told that it lost reads the order again, and finds its own replies there.
 */
export const commitOrders = async (
  orders: Collection<StoredOrder>,
  writes: readonly OrderWrite[],
): Promise<Set<string>> => {
  const newOnes = writes.filter(({ expectedVersion }) => expectedVersion === 0);
  const stored = writes.filter(({ expectedVersion }) => expectedVersion !== 0);
  // At once: each of the two waits for the journal. Both have ended when this does, so none outlives a failure.
  const results = await Promise.allSettled([insert(orders, newOnes), replace(orders, stored)]);
  return new Set(
    results.flatMap((result) => {
      if (result.status === "rejected") throw result.reason;
      return result.value;
    }),
  );
};

const insert = async (orders: Collection<StoredOrder>, writes: readonly OrderWrite[]): Promise<string[]> => {
  if (writes.length === 0) return [];
  const operations = writes.map(({ document }) => ({
    insertOne: { document: { _id: document.orderId, ...toStored(document) } },
  }));
  const bulk = orders.bulkWrite(operations, { ordered: false });
  const { duplicates } = await everyOutcome(writes.length, bulk);
  return idsOf(writes).filter((_, index) => !duplicates.has(index));
};

/**
 * A bulk's result holds only totals. When not all matched, the winners are read back by the name of this write, since
 * a loser's version may have been taken by someone else's document. (An upsert would make each loser meet a duplicate
 * key, but FerretDB ends a bulk at its first error, and an order that was deleted would come back.)
 */
const replace = async (orders: Collection<StoredOrder>, writes: readonly OrderWrite[]): Promise<string[]> => {
  if (writes.length === 0) return [];
  const writeId = crypto.randomUUID();
  const operations = writes.map(({ document, expectedVersion }) => ({
    replaceOne: {
      filter: { _id: document.orderId, version: expectedVersion },
      replacement: { ...toStored(document), writeId },
    },
  }));
  const { matchedCount } = await orders.bulkWrite(operations, { ordered: false });
  const orderIds = idsOf(writes);
  if (matchedCount === writes.length) return orderIds;
  if (matchedCount === 0) return [];
  const found = await orders
    .find({ _id: { $in: orderIds }, writeId }, { projection: { _id: 1 } })
    .batchSize(orderIds.length + 1)
    .toArray();
  return found.map(({ _id }) => _id);
};

const idsOf = (writes: readonly OrderWrite[]): string[] => writes.map(({ document }) => document.orderId);
