import type { Collection } from "mongodb";
import type { OrderState } from "../../machines/mod.ts";
import type { StoredOrder } from "./mongo-documents.ts";

/**
 * Counted, not kept: counts beside the orders would need a transaction, which a standalone server has not. Asks for
 * nothing but the state, which the index `state_newest` has: MongoDB reads that index and no document. `$gt: ""` leaves
 * out the documents of ids that were only ever refused, whose state is null.
 */
export const countOrders = async (orders: Collection<StoredOrder>): Promise<Map<OrderState, number>> => {
  const groups = await orders
    .aggregate<{ readonly _id: OrderState; readonly orders: number }>([
      { $match: { state: { $gt: "" } } },
      { $group: { _id: "$state", orders: { $sum: 1 } } },
    ])
    .toArray();
  return new Map(groups.map(({ _id, orders }) => [_id, orders]));
};
