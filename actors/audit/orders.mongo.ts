import { type Log, silentLog } from "../ports.ts";
import { createClient, databaseOf, keepTrying } from "../store/mongo-connect.ts";
import { collectionsOf, type StoredOrder as MongoOrder } from "../store/mongo-documents.ts";
import { onMongo } from "../store/mongo-errors.ts";
import { type AuditedOrders, headOf, type StoredOrder } from "./orders.ts";

/** The document without what MongoDB's own needs added to it. */
const orderOf = ({ _id, due, unpublished: _u, writeId: _w, ...rest }: MongoOrder): StoredOrder => ({
  orderId: String(_id),
  document: { orderId: _id, dueAt: due?.at ?? null, ...rest },
});

/** The orders in MongoDB, only read. Rejects with STORE_UNAVAILABLE when it can't be reached. */
export const openMongoOrders = async ({
  url,
  database,
  log = silentLog,
  startTimeoutMs = 60_000,
}: {
  readonly url: string;
  readonly database: string;
  readonly log?: Log;
  readonly startTimeoutMs?: number;
}): Promise<AuditedOrders> => {
  const client = createClient(url);
  await keepTrying(async () => void (await client.connect()), { timeoutMs: startTimeoutMs, log }).catch(
    async (error) => {
      await client.close();
      throw error;
    },
  );
  const { orders, history } = collectionsOf(databaseOf(client, database));

  return {
    walk: ({ after, limit }) =>
      onMongo(async () => {
        const found = await orders
          .find({ _id: { $gt: after } })
          .sort({ _id: 1 })
          .limit(limit)
          .batchSize(limit + 1)
          .toArray();
        const last = found.at(-1);
        return { orders: found.map(orderOf), ...(last && found.length === limit && { next: last._id }) };
      }),
    load: (orderId) =>
      onMongo(async () => {
        const found = await orders.findOne({ _id: { $eq: orderId } });
        return found ? orderOf(found) : undefined;
      }),
    archived: (orderId) =>
      onMongo(async () => {
        // By the key and not by the field `orderId`, which has no index: see `mongo-archive.ts`.
        const found = await history
          .find({ _id: { $gt: `${orderId}:`, $lt: `${orderId};` } })
          .sort({ _id: 1 })
          .toArray();
        return found.map(({ _id, entry }) => ({ seq: Number(_id.slice(orderId.length + 1)), entry }));
      }),
    /** The server looks through all, without an index that each write would pay for, and hands over only these. */
    changed: ({ since, after, limit }) =>
      onMongo(async () => {
        const found = await orders
          .find({ _id: { $gt: after }, updatedAt: { $gte: since } })
          .project<Pick<MongoOrder, "_id" | "history">>({ history: 1 })
          .sort({ _id: 1 })
          .limit(limit)
          .batchSize(limit + 1)
          .toArray();
        const heads = found
          .map(({ _id, history: its }) => headOf({ orderId: _id, document: { history: its } }))
          .filter((head) => head !== undefined);
        const last = found.at(-1);
        return { heads, ...(last && found.length === limit && { next: last._id }) };
      }),
    count: () => onMongo(() => orders.estimatedDocumentCount()),
    close: () => client.close(),
  };
};
