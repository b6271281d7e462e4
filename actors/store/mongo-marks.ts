import type { Collection } from "mongodb";
import type { StoredOrder } from "./mongo-documents.ts";

/**
 * Raises `publishedSeq`. Nearly always everything of an order was published, so the mark of waiting events goes with
 * it; where newer events came meanwhile, it stays. Two updates, since one can't compare two fields of a document on
 * every server.
 */
export const markOrders = async (
  orders: Collection<StoredOrder>,
  marks: readonly { readonly orderId: string; readonly seq: number }[],
): Promise<void> => {
  if (marks.length === 0) return;
  const { matchedCount } = await orders.bulkWrite(
    marks.map(({ orderId, seq }) => ({
      updateOne: {
        filter: { _id: orderId, seq: { $lte: seq }, publishedSeq: { $lt: seq } },
        update: { $set: { publishedSeq: seq }, $unset: { unpublished: true as const } },
      },
    })),
    { ordered: false },
  );
  if (matchedCount === marks.length) return;
  await orders.bulkWrite(
    marks.map(({ orderId, seq }) => ({
      updateOne: {
        filter: { _id: orderId, seq: { $gt: seq }, publishedSeq: { $lt: seq } },
        update: { $set: { publishedSeq: seq } },
      },
    })),
    { ordered: false },
  );
};
