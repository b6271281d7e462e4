import type { HistoryEntry } from "../actors/document.ts";
import type { Caller } from "./caller.ts";
import { followOrder } from "./follow.ts";
import type { Services } from "./services.ts";
import { endingAt, HEARTBEAT, OPENING, serverSentEvent } from "./sse.ts";
import { historyEntryView } from "./view.ts";

/** Its id is the seq, by which a reconnecting client says what it has. */
const eventOf = (orderId: string, entry: HistoryEntry, reader: Caller): Uint8Array =>
  serverSentEvent(`id: ${entry.seq}`, historyEntryView(orderId, entry, reader));

/**
 * An order's events as server-sent events, those after `after` first and then live, until the client leaves, its
 * token ends or the gateway stops. Pulled by the connection: a slow client holds back its own stream and nothing else. When the store
 * fails the stream ends, and the client reconnects with its Last-Event-ID.
 */
export const eventStream = (
  services: Services,
  reader: Caller,
  orderId: string,
  after: number,
): ReadableStream<Uint8Array> => {
  const { client, clock, closing, config, log, streams } = services;
  const left = new AbortController();
  const entries = followOrder(client, orderId, { after, recheckMs: config.heartbeatMs, signal: left.signal });
  const leave = () => left.abort();
  let free = () => {};
  const timer = endingAt(reader.until, clock, leave);
  let open = true;

  /** False when it had ended before. */
  const end = (): boolean => {
    if (!open) return false;
    open = false;
    clearTimeout(timer);
    closing.removeEventListener("abort", leave);
    free();
    return true;
  };

  return new ReadableStream({
    start(controller) {
      free = streams.enter(reader);
      closing.addEventListener("abort", leave);
      if (closing.aborted) leave();
      controller.enqueue(OPENING);
    },
    async pull(controller) {
      try {
        const { value, done } = await entries.next();
        if (!done) return controller.enqueue(value ? eventOf(orderId, value, reader) : HEARTBEAT);
      } catch (error) {
        log.warn({ err: error, orderId }, "an event stream ended early; its client will reconnect");
      }
      if (end()) controller.close();
    },
    async cancel() {
      end();
      leave();
      await entries.return();
    },
  });
};
