import type { Collection, Filter } from "mongodb";
import type { DuePage, DueQuery, Log, MoneyPage, MoneyQuery, OrderPage, OrderQuery } from "../ports.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { type Collections, readableOf, type StoredOrder } from "./mongo-documents.ts";
import { placedBounds } from "./placed.ts";

/** One page, newest first. */
export const listOrders = async (
  { orders, paymentKeys }: Pick<Collections, "orders" | "paymentKeys">,
  query: OrderQuery,
  log: Log,
): Promise<OrderPage> => {
  const { paymentKey } = query;
  const owner =
    paymentKey === undefined ? undefined : await paymentKeys.findOne({ _id: { $eq: paymentKey } });
  if (owner === null) return { orders: [] };
  const found = await orders
    .find(filterOf(query, owner?.orderId))
    .sort({ placedAt: -1, _id: -1 })
    .limit(query.limit + 1)
    .batchSize(query.limit + 2)
    .toArray();
  const page = found.slice(0, query.limit);
  const last = page.at(-1);
  return {
    orders: readableOf(page, log),
    ...(found.length > query.limit &&
      last && { nextCursor: encodeCursor({ placedAt: last.placedAt, orderId: last._id }) }),
  };
};

/** Orders with money that moved on a day, in the order of their ids. */
export const listMoneyMoved = async (
  orders: Collection<StoredOrder>,
  { date, after, limit }: MoneyQuery,
  log: Log,
): Promise<MoneyPage> => {
  const found = await orders
    .find({ moneyDates: { $eq: date }, ...(after !== undefined && { _id: { $gt: after } }) })
    .sort({ _id: 1 })
    .limit(limit + 1)
    .batchSize(limit + 2)
    .toArray();
  const last = found.slice(0, limit).at(-1);
  return {
    orders: readableOf(found.slice(0, limit), log),
    ...(found.length > limit && last && { next: last._id }),
  };
};

/** Orders with something due, the earliest first. A page of damaged ones is empty, and still has a next. */
export const listDue = async (
  orders: Collection<StoredOrder>,
  { now, partitions, after, limit }: DueQuery,
  log: Log,
): Promise<DuePage> => {
  const found = await orders
    .find({
      "due.partition": { $in: partitions },
      "due.at": { ...(after && { $gte: after.dueAt }), $lte: now },
      ...(after && { $or: [{ "due.at": { $gt: after.dueAt } }, { "due.orderId": { $gt: after.orderId } }] }),
    })
    .sort({ "due.at": 1, "due.orderId": 1 })
    .limit(limit + 1)
    .batchSize(limit + 2)
    .toArray();
  const last = found.slice(0, limit).at(-1);
  return {
    orders: readableOf(found.slice(0, limit), log),
    ...(found.length > limit && last?.due && { next: { dueAt: last.due.at, orderId: last._id } }),
  };
};

/**
 * Values stand under `$eq`, so whatever they hold is compared, never run. `$gt: ""` keeps to orders that were placed:
 * a document without a snapshot has no placedAt. `$lte` puts the index where the last page ended; `$or` then passes
 * over what that page had of the same moment.
 */
const filterOf = (
  { state, customerId, cursor, ...placed }: OrderQuery,
  orderId: string | undefined,
): Filter<StoredOrder> => {
  const end = cursor === undefined ? undefined : decodeCursor(cursor);
  const { from = "", before } = placedBounds(placed);
  return {
    ...(orderId !== undefined && { _id: { $eq: orderId } }),
    ...(state !== undefined && { state: { $eq: state } }),
    ...(customerId !== undefined && { customerId: { $eq: customerId } }),
    placedAt: {
      ...(from === "" ? { $gt: from } : { $gte: from }),
      ...(before !== undefined && { $lt: before }),
      ...(end && { $lte: end.placedAt }),
    },
    ...(end && { $or: [{ placedAt: { $lt: end.placedAt } }, { _id: { $lt: end.orderId } }] }),
  };
};
