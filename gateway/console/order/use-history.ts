import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
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

/** Before a history that the store does not know any more is read anew. ms */
const PAUSE = 2_000;

export interface UsedHistory {
  readonly history: ReadonlySignal<OrderHistory>;
  /** Goes on after a trouble. */
  readonly retry: () => void;
}

/**
 * An order's history, whole and live: read by pages, then followed from the last entry on. `onNews` is called after
 * entries have arrived live, once a frame at most. Undefined id: waits.
 */
export const useHistory = (orderId: string | undefined, onNews: () => void): UsedHistory => {
  const history = useSignal<OrderHistory>({ entries: [] });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (orderId === undefined) return;
    const leaving = new AbortController();
    const path = `/orders/${encodeURIComponent(orderId)}`;
    let stop = () => {};
    let news: HistoryEntryView[] = [];
    let frame = 0;
    let pause: ReturnType<typeof setTimeout> | undefined;

    const lastSeq = () => history.value.entries.at(-1)?.seq ?? 0;

    const draw = () => {
      frame = 0;
      const next = lastSeq() + 1;
      const fresh = news.filter(({ seq }) => seq >= next);
      news = [];
      if (fresh.length === 0) return;
      history.value = { entries: [...history.value.entries, ...fresh] };
      onNews();
    };

    /** The store does not know what was told before: all of it is read anew. */
    const startOver = () => {
      news = [];
      history.value = { entries: [] };
      onNews();
      pause = setTimeout(read, PAUSE);
    };

    const read = async () => {
      for (;;) {
        const got = await get<Page>(`${path}/history?after=${lastSeq()}&limit=${PAGE}`, leaving.signal);
        if (leaving.signal.aborted) return;
        if (!got.ok) {
          history.value = { ...history.value, trouble: got.trouble };
          return;
        }
        history.value = { entries: [...history.value.entries, ...got.data.entries] };
        if (got.data.entries.length < PAGE) break;
      }
      stop = follow({
        path: `${path}/events`,
        after: String(lastSeq()),
        onData: (data) => {
          news.push(data as HistoryEntryView);
          frame ||= requestAnimationFrame(draw);
        },
        onRefused: startOver,
      });
    };
    read();
    return () => {
      leaving.abort();
      stop();
      cancelAnimationFrame(frame);
      clearTimeout(pause);
    };
  }, [orderId, turn]);
  return { history, retry: () => setTurn(turn + 1) };
};
