import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { HistoryEntryView } from "../../schemas/order.ts";
import { get, type Trouble } from "../api/http.ts";
import { follow } from "../api/live.ts";

export interface OrderHistory {
  /** From seq 1 without gaps, oldest first. */
  readonly entries: readonly HistoryEntryView[];
  readonly trouble?: Trouble;
}

interface Page {
  readonly entries: readonly HistoryEntryView[];
}

const PAGE = 500;

/**
 * An order's history, whole and live: read by pages, then followed from the last entry on. `onNews` is called after
 * entries have arrived live, once a frame at most. Undefined id: waits.
 */
export const useHistory = (orderId: string | undefined, onNews: () => void): ReadonlySignal<OrderHistory> => {
  const history = useSignal<OrderHistory>({ entries: [] });
  useEffect(() => {
    if (orderId === undefined) return;
    const leaving = new AbortController();
    const path = `/orders/${encodeURIComponent(orderId)}`;
    let stop = () => {};
    let news: HistoryEntryView[] = [];
    let frame = 0;

    const draw = () => {
      frame = 0;
      const next = (history.value.entries.at(-1)?.seq ?? 0) + 1;
      const fresh = news.filter(({ seq }) => seq >= next);
      news = [];
      if (fresh.length === 0) return;
      history.value = { entries: [...history.value.entries, ...fresh] };
      onNews();
    };

    const read = async () => {
      for (;;) {
        const after = history.value.entries.at(-1)?.seq ?? 0;
        const got = await get<Page>(`${path}/history?after=${after}&limit=${PAGE}`, leaving.signal);
        if (leaving.signal.aborted) return;
        if (!got.ok) {
          history.value = { ...history.value, trouble: got.trouble };
          return;
        }
        history.value = { entries: [...history.value.entries, ...got.data.entries] };
        if (got.data.entries.length < PAGE) break;
      }
      const last = history.value.entries.at(-1)?.seq ?? 0;
      stop = follow({
        path: `${path}/events`,
        after: String(last),
        onData: (data) => {
          news.push(data as HistoryEntryView);
          frame ||= requestAnimationFrame(draw);
        },
      });
    };
    read();
    return () => {
      leaving.abort();
      stop();
      cancelAnimationFrame(frame);
    };
  }, [orderId]);
  return history;
};
