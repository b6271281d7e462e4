import type { HistoryEntry, OrderDocument } from "../document.ts";
import type { OrderStore } from "../ports.ts";

export interface RecentOptions {
  /** Orders kept. */
  readonly size?: number;
  /** How long what was written counts as what is stored, in ms. */
  readonly trustMs?: number;
}

/**
 * A store that answers from memory what is asked of an order that it has just written: an order under way is read
 * several times for each write, and reading and parsing it took a third of the embedded default's time.
 *
 * **Only for a store that one process writes to.** Should two overlap for a moment, as at a restart, the other's write
 * may stay unseen for `trustMs`; a write of ours is held against what is stored as ever, and one that took no place, or
 * may have, makes it forget the order.
 * @example const store = recentInMemory(await createSqliteStore({ path }));
 */
export const recentInMemory = (
  store: OrderStore,
  { size = 2_000, trustMs = 5_000 }: RecentOptions = {},
): OrderStore => {
  const recent = new Map<string, { readonly document: OrderDocument; readonly until: number }>();

  const remember = (document: OrderDocument) => {
    const { orderId } = document;
    // Two writes of one order never pass each other in a store, but their answers may.
    if ((recent.get(orderId)?.document.version ?? 0) > document.version) return;
    recent.delete(orderId);
    recent.set(orderId, { document, until: performance.now() + trustMs });
    if (recent.size <= size) return;
    const oldest = recent.keys().next().value;
    if (oldest !== undefined) recent.delete(oldest);
  };

  const recall = (orderId: string): OrderDocument | undefined => {
    const found = recent.get(orderId);
    return found && found.until > performance.now() ? found.document : undefined;
  };

  return {
    ...store,
    async load(orderIds) {
      const known = orderIds.flatMap((orderId) => recall(orderId) ?? []);
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
      const history = recall(orderId)?.history;
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
