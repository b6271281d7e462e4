import { TerminalError } from "./errors.ts";
import { type Log, type OrderStore, silentLog } from "./ports.ts";
import { archiveEntries, findArchivedReply, readHistory } from "./store/mongo-archive.ts";
import { insertClaims, withTheirKeys } from "./store/mongo-claims.ts";
import { commitOrders } from "./store/mongo-commit.ts";
import { createClient, databaseOf, keepTrying, weaknessesOf } from "./store/mongo-connect.ts";
import { countOrders } from "./store/mongo-counts.ts";
import { collectionsOf, ensureIndexes, fromStored, readableOf } from "./store/mongo-documents.ts";
import { onMongo } from "./store/mongo-errors.ts";
import { mongoLeases } from "./store/mongo-leases.ts";
import { listDue, listMoneyMoved, listOrders } from "./store/mongo-list.ts";
import { markOrders } from "./store/mongo-marks.ts";

export interface MongoStoreOptions {
  /** `mongodb://…` or `mongodb+srv://…`. Options in it are kept, except those that would weaken durability. */
  readonly url: string;
  /** Where all collections live. Default `jumun`. */
  readonly database?: string;
  readonly log?: Log;
  /** How long to keep trying to reach MongoDB at the start, in ms. Default 60,000. */
  readonly startTimeoutMs?: number;
}

/**
 * Orders in MongoDB, one document each. Any deployment will do, a standalone server included: a write touches one
 * document, so no transaction is needed. Writes with `{ w: "majority", j: true }` and reads from the primary what a
 * majority holds. Makes its indexes.
 *
 * Rejects with RetryableError STORE_UNAVAILABLE when MongoDB can't be reached in `startTimeoutMs`.
 *
 * @example
 * const store = await createMongoStore({ url: "mongodb://127.0.0.1:27017/?replicaSet=rs0", database: "jumun" });
 * await store.ready();
 */
export const createMongoStore = async ({
  url,
  database = "jumun",
  log = silentLog,
  startTimeoutMs = 60_000,
}: MongoStoreOptions): Promise<OrderStore> => {
  const client = createClient(url);
  const weaknesses = weaknessesOf(url);
  const collections = collectionsOf(databaseOf(client, database));
  const { orders, owners } = collections;

  const open = async () => {
    await client.connect();
    await ensureIndexes(collections);
  };
  await keepTrying(open, { timeoutMs: startTimeoutMs, log }).catch(async (error) => {
    await client.close();
    throw error;
  });

  return {
    load: (orderIds) =>
      onMongo(async () => {
        if (orderIds.length === 0) return new Map();
        const found = await orders
          .find({ _id: orderIds.length === 1 ? { $eq: orderIds[0] ?? "" } : { $in: orderIds } })
          .batchSize(orderIds.length + 1)
          .toArray();
        return new Map(found.map((stored) => [stored._id, fromStored(stored)]));
      }),

    commit: (writes) => onMongo(async () => commitOrders(orders, await withTheirKeys(collections, writes))),
    archive: (entries) => onMongo(() => archiveEntries(collections, entries)),
    archivedReply: (orderId, commandId) => onMongo(() => findArchivedReply(collections, orderId, commandId)),
    history: (orderId, range) => onMongo(() => readHistory(collections, orderId, range)),
    claimPaymentKeys: (claims) => onMongo(() => insertClaims(collections, claims)),
    list: (query) => onMongo(() => listOrders(collections, query, log)),
    moneyMoved: (query) => onMongo(() => listMoneyMoved(orders, query, log)),

    due: (query) => onMongo(() => listDue(orders, query, log)),

    effectsWaiting: () =>
      onMongo(async () => {
        const found = orders.find({ effectsWaiting: { $gt: 0 } }, { projection: { effectsWaiting: 1 } });
        return (await found.toArray()).reduce((sum, { effectsWaiting = 0 }) => sum + effectsWaiting, 0);
      }),

    waitingForOperator: ({ limit }) =>
      onMongo(async () => {
        const found = orders.find({ effectsWaiting: { $gt: 0 } }).limit(limit);
        return readableOf(await found.batchSize(limit + 1).toArray(), log);
      }),
    countByState: () => onMongo(() => countOrders(orders)),
    countsAreKept: false,

    unpublished: ({ partitions, limit }) =>
      onMongo(async () => {
        const found = await orders
          .find({ unpublished: { $in: partitions } })
          .limit(limit)
          .batchSize(limit + 1)
          .toArray();
        return readableOf(found, log);
      }),

    markPublished: (marks) => onMongo(() => markOrders(orders, marks)),
    leases: mongoLeases(collections),

    ready: () =>
      onMongo(async () => {
        if (weaknesses.length > 0) {
          throw new TerminalError("STORE_NOT_DURABLE", {
            message:
              `The MongoDB connection string asks for ${weaknesses.join(", ")}, which may lose acknowledged orders. ` +
              "It was overruled. Take it out of MONGODB_URL, or write w=majority, journal=true, readPreference=primary.",
          });
        }
        // A read, since a ping is answered without a right to read and without a majority.
        await owners.findOne({}, { projection: { _id: 1 } });
      }),

    close: () => client.close(),
  };
};
