import type { Collection } from "mongodb";
import type { Log, OrderWrite } from "../ports.ts";
import { type StoredOrder, toStored } from "./mongo-documents.ts";
import { everyOutcome } from "./mongo-errors.ts";

/**
 * Compare-and-set of many orders. A bulk's result holds only totals, so each loser is made to meet a duplicate key,
 * which the server reports operation by operation: a new order by its insert, a stored one because its filter
 * names the expected version and, where that does not match, `upsert` tries to insert the `_id` again.
 *
 * Resolves to the ids whose write took place.
 */
export const commitOrders = async (
  orders: Collection<StoredOrder>,
  writes: readonly OrderWrite[],
  log: Log,
): Promise<Set<string>> => {
  const newOnes = writes.filter(({ expectedVersion }) => expectedVersion === 0);
  const stored = writes.filter(({ expectedVersion }) => expectedVersion !== 0);
  // At once: each of the two waits for the journal. Both have ended when this does, so none outlives a failure.
  const results = await Promise.allSettled([insert(orders, newOnes), replace(orders, stored, log)]);
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
  return idsExcept(writes, duplicates);
};

const replace = async (
  orders: Collection<StoredOrder>,
  writes: readonly OrderWrite[],
  log: Log,
): Promise<string[]> => {
  if (writes.length === 0) return [];
  const operations = writes.map(({ document, expectedVersion }) => ({
    replaceOne: {
      filter: { _id: document.orderId, version: expectedVersion },
      replacement: toStored(document),
      upsert: true,
    },
  }));
  const bulk = orders.bulkWrite(operations, { ordered: false });
  const { result, duplicates } = await everyOutcome(writes.length, bulk);
  const revived = Object.keys(result.upsertedIds).map(Number);
  if (revived.length > 0) {
    const gone = revived.flatMap((index) => writes[index] ?? []);
    await takeBack(orders, gone, log);
  }
  return idsExcept(writes, new Set([...duplicates, ...revived]));
};

/** The other side of `upsert`: an order that was deleted meanwhile has been inserted, which is a lost write too. */
const takeBack = async (
  orders: Collection<StoredOrder>,
  writes: readonly OrderWrite[],
  log: Log,
): Promise<void> => {
  const orderIds = writes.map(({ document }) => document.orderId);
  log.warn({ orderIds }, "orders vanished from the store while a worker held them; their writes are lost");
  await orders.bulkWrite(
    writes.map(({ document: { orderId, version } }) => ({
      deleteOne: { filter: { _id: orderId, version } },
    })),
    { ordered: false },
  );
};

const idsExcept = (writes: readonly OrderWrite[], lost: ReadonlySet<number>): string[] =>
  writes.flatMap(({ document }, index) => (lost.has(index) ? [] : document.orderId));
