import type { HistoryEntry } from "../actors/document.ts";
import { followOrder } from "./follow.ts";
import type { Services } from "./services.ts";

/** Waits up to `waitMs` for an entry of the order's history with `seq > after` that `isIt`, or until the gateway stops. */
export const untilEntry = (
  services: Services,
  orderId: string,
  waiting: { readonly after: number; readonly waitMs: number },
  isIt: (entry: HistoryEntry) => boolean,
): Promise<void> => services.admission.aside(() => follow(services, orderId, waiting, isIt));

const follow = async (
  { client, config, closing, metrics }: Services,
  orderId: string,
  { after, waitMs }: { readonly after: number; readonly waitMs: number },
  isIt: (entry: HistoryEntry) => boolean,
): Promise<void> => {
  const over = new AbortController();
  const stop = () => over.abort();
  const timer = setTimeout(stop, waitMs);
  closing.addEventListener("abort", stop);
  if (closing.aborted) stop();
  metrics.paymentsWaiting.inc();
  try {
    const entries = followOrder(client, orderId, {
      after,
      recheckMs: config.paymentRecheckMs,
      signal: over.signal,
    });
    for await (const entry of entries) if (entry && isIt(entry)) return;
  } finally {
    metrics.paymentsWaiting.dec();
    closing.removeEventListener("abort", stop);
    clearTimeout(timer);
  }
};
