import { createEventSource } from "eventsource-client";
import type { Delivered } from "../checker/evidence.ts";

/**
 * Browsers that follow orders by server-sent events and come again after each break, with the Last-Event-ID they had.
 */
export interface Followers {
  follow(orderId: string): void;
  readonly orderIds: readonly string[];
  readonly delivered: readonly Delivered[];
  close(): void;
}

const AGAIN_MS = 500;

export const openFollowers = (url: string): Followers => {
  const delivered: Delivered[] = [];
  const sources = new Map<string, ReturnType<typeof createEventSource>>();
  // An answer that is no stream ends a source for good, as in browsers; these come again.
  const again = setInterval(() => {
    for (const source of sources.values()) if (source.readyState === "closed") source.connect();
  }, AGAIN_MS);
  return {
    follow(orderId) {
      if (sources.has(orderId)) return;
      const source = createEventSource({
        url: `${url}/orders/${orderId}/events`,
        onMessage({ data }) {
          const { seq, type, commandId } = JSON.parse(data) as Delivered;
          delivered.push({ orderId, seq, type, commandId });
        },
      });
      sources.set(orderId, source);
    },
    get orderIds() {
      return [...sources.keys()];
    },
    delivered,
    close() {
      clearInterval(again);
      for (const source of sources.values()) source.close();
    },
  };
};
