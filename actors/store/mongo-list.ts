import type { Collection, Filter } from "mongodb";
import type { DuePage, DueQuery, Log, MoneyPage, MoneyQuery, OrderPage, OrderQuery } from "../ports.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { type Collections, readableOf, type StoredOrder } from "./mongo-documents.ts";
import { pageOf } from "./page.ts";
import { placedBounds } from "./placed.ts";

/** One page, newest first unless asked otherwise: the indexes are read either way. */
export const listOrders = async (
  { orders, paymentKeys }: Pick<Collections, "orders" | "paymentKeys">,
  query: OrderQuery,
  log: Log,
): Promise<OrderPage> => {
  const { paymentKey } = query;
  const owner =
    paymentKey === undefined ? undefined : await paymentKeys.findOne({ _id: { $eq: paymentKey } });
  if (owner === null) return { orders: [] };
  const way = query.order === "oldest" ? 1 : -1;
  const found = await orders
    .find(filterOf(query, owner?.orderId))
    .sort({ placedAt: way, _id: way })
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
  const { items, end } = pageOf(found, limit);
  return { orders: readableOf(items, log), ...(end && { next: end._id }) };
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
  const { items, end } = pageOf(found, limit);
  return {
    orders: readableOf(items, log),
    ...(end?.due && { next: { dueAt: end.due.at, orderId: end._id } }),
  };
};

/**
 * Values stand under `$eq`, so whatever they hold is compared, never run. `$gt: ""` keeps to orders that were placed:
 * a document without a snapshot has no placedAt. `$lte` (`$gte`) puts the index where the last page ended; `$or` then
 * passes over what that page had of the same moment.
 */
const filterOf = (
  { state, customerId, order, cursor, ...placed }: OrderQuery,
  orderId: string | undefined,
): Filter<StoredOrder> => {
  const end = cursor === undefined ? undefined : decodeCursor(cursor);
  const { from = "", before } = placedBounds(placed);
  const oldestFirst = order === "oldest";
  const lowest = oldestFirst && end && end.placedAt > from ? end.placedAt : from;
  const past = (value: string) => (oldestFirst ? { $gt: value } : { $lt: value });
  return {
    ...(orderId !== undefined && { _id: { $eq: orderId } }),
    ...(state !== undefined && { state: { $eq: state } }),
    ...(customerId !== undefined && { customerId: { $eq: customerId } }),
    placedAt: {
      ...(lowest === "" ? { $gt: "" } : { $gte: lowest }),
      ...(before !== undefined && { $lt: before }),
      ...(end && !oldestFirst && { $lte: end.placedAt }),
    },
    ...(end && { $or: [{ placedAt: past(end.placedAt) }, { _id: past(end.orderId) }] }),
  };
};
