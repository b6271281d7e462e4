import type { LiveOrder } from "./fold.ts";

/** The orders last written, kept alive so that the next command neither reads nor parses. Wrong is safe: see commit. */
export interface OrderCache {
  get(orderId: string): LiveOrder | undefined;
  set(live: LiveOrder): void;
  delete(orderId: string): void;
  clear(): void;
}

/** Keeps the `size` orders last used. A Map iterates in insertion order, so its first key is the oldest. */
export const createOrderCache = (size: number): OrderCache => {
  const orders = new Map<string, LiveOrder>();
  return {
    get(orderId) {
      const live = orders.get(orderId);
      if (!live) return undefined;
      orders.delete(orderId);
      orders.set(orderId, live);
      return live;
    },
    set(live) {
      const { orderId } = live.document;
      orders.delete(orderId);
      orders.set(orderId, live);
      if (orders.size <= size) return;
      const oldest = orders.keys().next().value;
      if (oldest !== undefined) orders.delete(oldest);
    },
    delete: (orderId) => void orders.delete(orderId),
    clear: () => orders.clear(),
  };
};
