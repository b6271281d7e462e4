import type { HistoryEntry, OrderDocument } from "../document.ts";
import type { OrderStore } from "../ports.ts";

/** As many as a process' customers are likely to ask for again; the runtime keeps most of them anyway. */
const SIZE = 2_000;

/**
 * A store that answers from memory what is asked of an order that it has just written: an order under way is read
 * several times for each write, and reading and parsing it took a third of the embedded default's time. **Only for a
 * store that this process alone writes to**, since it never looks whether another has; a write that took no place, or
 * may have, makes it forget the order.
 * @example const store = recentInMemory(await createSqliteStore({ path }));
 */
export const recentInMemory = (store: OrderStore, size = SIZE): OrderStore => {
  const recent = new Map<string, OrderDocument>();

  const remember = (document: OrderDocument) => {
    const { orderId } = document;
    // Two writes of one order never pass each other in a store, but their answers may.
    if ((recent.get(orderId)?.version ?? 0) > document.version) return;
    recent.delete(orderId);
    recent.set(orderId, document);
    if (recent.size <= size) return;
    const oldest = recent.keys().next().value;
    if (oldest !== undefined) recent.delete(oldest);
  };

  return {
    ...store,
    async load(orderIds) {
      const known = orderIds.flatMap((orderId) => recent.get(orderId) ?? []);
      if (known.length === orderIds.length) return new Map(known.map((one) => [one.orderId, one]));
      return store.load(orderIds);
    },
    async commit(writes) {
      try {
        const written = await store.commit(writes);
        for (const { document } of writes) {
          if (written.has(document.orderId)) remember(document);
          else recent.delete(document.orderId);
        }
        return written;
      } catch (error) {
        for (const { document } of writes) recent.delete(document.orderId);
        throw error;
      }
    },
    async history(orderId, { after, limit }) {
      const history = recent.get(orderId)?.history;
      if (!history || !reachesBack(history, after)) return store.history(orderId, { after, limit });
      return history.filter(({ seq }) => seq > after).slice(0, limit);
    },
    async markPublished(marks) {
      await store.markPublished(marks);
      for (const { orderId } of marks) recent.delete(orderId);
    },
  };
};

/** Whether nothing between `after` and the history kept in the document is in the archive. */
const reachesBack = (history: readonly HistoryEntry[], after: number): boolean =>
  history[0] !== undefined && history[0].seq <= after + 1;
