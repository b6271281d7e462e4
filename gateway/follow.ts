import type { OrderClient } from "../actors/client.ts";
import type { HistoryEntry } from "../actors/document.ts";

const PAGE = 200;
/** A reader this far behind is served from the store, so that it costs no memory. */
const MAX_WAITING = 1_000;

export interface Following {
  /** The seq to go on after; 0 for all. */
  readonly after: number;
  /** After this long without an event the store is read, in case a live event was missed. ms */
  readonly recheckMs: number;
  readonly signal: AbortSignal;
}

/**
 * An order's history from `after` on, stored and then live: each entry once, in order, without gaps, until `signal`.
 * Yields undefined each time that nothing came for `recheckMs`. Fails with what the store fails with.
 *
 * It listens before it reads, so that nothing falls between. Live events may repeat or skip (a lost connection): a
 * repeated one is known by its seq, and a gap is filled from the store, where an event is before it is told.
 */
export async function* followOrder(
  client: Pick<OrderClient, "subscribe" | "history">,
  orderId: string,
  { after, recheckMs, signal }: Following,
): AsyncGenerator<HistoryEntry | undefined, void> {
  let last = after;
  let behind = true;
  let arrived: HistoryEntry[] = [];
  let wake = (): void => {};

  const unsubscribe = await client.subscribe(orderId, ({ entry }) => {
    if (entry.seq <= last) return;
    if (arrived.length < MAX_WAITING) arrived.push(entry);
    else behind = true;
    wake();
  });
  const abort = () => wake();
  signal.addEventListener("abort", abort);

  /** False when `recheckMs` passed first. */
  const somethingHappened = () =>
    new Promise<boolean>((resolve) => {
      const timer = setTimeout(resolve, recheckMs, false);
      wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });

  try {
    while (!signal.aborted) {
      if (behind) {
        behind = false;
        const page = await client.history(orderId, { after: last, limit: PAGE });
        if (page.length === PAGE) behind = true;
        for (const entry of page) {
          last = entry.seq;
          yield entry;
        }
        continue;
      }
      const live = arrived.sort((a, b) => a.seq - b.seq);
      arrived = [];
      for (const entry of live) {
        if (entry.seq <= last) continue;
        behind = entry.seq > last + 1;
        if (behind) break;
        last = entry.seq;
        yield entry;
      }
      if (behind || arrived.length > 0 || signal.aborted) continue;
      if (!(await somethingHappened())) {
        behind = true;
        yield undefined;
      }
    }
  } finally {
    signal.removeEventListener("abort", abort);
    unsubscribe();
  }
}
