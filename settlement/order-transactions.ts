import type { OrderDocument } from "../actors/document.ts";
import { RetryableError } from "../actors/errors.ts";
import type { OrderStore } from "../actors/ports.ts";
import { addDays, kstDateOf, type Order, readOrder, transactionsOf } from "../machines/mod.ts";
import { RetryableSettlementError } from "./errors.ts";
import type { OrderTransactions } from "./ports.ts";

/** Orders read at once. Each is a whole document of some KB. */
const PAGE = 500;

/**
 * What moved, from the orders as they are stored. Throws STORE_UNAVAILABLE, and SnapshotError for an order that a newer
 * release wrote.
 *
 * Orders last written before `moneyDates` existed are found by `ofOrders` and not by `onDate`, until their next write:
 * their rows match, only a row that is missing at Toss is not noticed.
 *
 * @example
 * const orders = createOrderTransactions(await createSqliteStore({ path: "data/orders.sqlite" }));
 * for await (const page of orders.onDate("2026-11-20")) console.log(page.length);
 */
export const createOrderTransactions = (store: OrderStore): OrderTransactions => ({
  async ofOrders(orderIds) {
    const found = new Map<string, ReturnType<typeof transactionsOf>>();
    for (let start = 0; start < orderIds.length; start += PAGE) {
      const documents = await fromStore(() => store.load(orderIds.slice(start, start + PAGE)));
      for (const [orderId, document] of documents) {
        const order = orderOf(document);
        if (order) found.set(orderId, transactionsOf(order));
      }
    }
    return found;
  },

  async *onDate(date) {
    for (let after: string | undefined; ; ) {
      const query = { date, limit: PAGE, ...(after !== undefined && { after }) };
      const { orders, next } = await fromStore(() => store.moneyMoved(query));
      const moved = orders
        .flatMap((document) => orderOf(document) ?? [])
        .flatMap(transactionsOf)
        .filter(({ at }) => kstDateOf(at) === date);
      if (moved.length > 0) yield moved;
      if (next === undefined) return;
      after = next;
    }
  },

  async paymentsOf(orderId) {
    const document = (await fromStore(() => store.load([orderId]))).get(orderId);
    const order = document && orderOf(document);
    // A day earlier, should our clock have been ahead of Toss'.
    return order?.payments.map(({ paymentKey, requestedAt }) => ({
      paymentKey,
      from: addDays(kstDateOf(requestedAt), -1),
    }));
  },
});

/** Undefined for an id that was only ever refused. */
const orderOf = ({ snapshot }: OrderDocument): Order | undefined =>
  snapshot ? readOrder(snapshot) : undefined;

const fromStore = async <T>(read: () => Promise<T>): Promise<T> => {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof RetryableError)) throw error;
    throw new RetryableSettlementError("STORE_UNAVAILABLE", {
      message: `The orders can't be read: ${error.message} Nothing was changed. Try again.`,
      cause: error,
    });
  }
};
