import { type Msg, type NatsConnection, nanos } from "nats";
import { within } from "./nats-link.ts";

/** One standing line to a durable consumer, with at most one request for messages open on it. */
export interface NatsPull {
  /** A request is open: messages come without asking again. */
  readonly open: boolean;
  /** Asks for up to `batch` messages. */
  ask(batch: number): void;
  /** Ends the request. What still is on its way goes to `onLate`; resolves when nothing is. */
  close(): Promise<void>;
}

export interface NatsPullParts {
  readonly nc: NatsConnection;
  /** A subject of its own for what comes. */
  readonly inbox: string;
  readonly stream: string;
  readonly consumer: string;
  /** Most bytes of one request; at least the largest message, or that one could never come. */
  readonly maxBytes: number;
  onMessage(message: Msg): void;
  onLate(message: Msg): void;
  /** The request is used up: ask again when there is room. */
  onSpent(): void;
  /** The consumer is gone, silent or refuses: open another pull. Said once. */
  onTrouble(reason: string): void;
}

const EXPIRES_MS = 30_000;
const HEARTBEAT_MS = 3_000;
/** Two heartbeats and a half. */
const SILENCE_MS = 7_500;
const CLOSE_MS = 2_000;

/** Status codes that a JetStream pull request ends with. */
const IDLE_HEARTBEAT = 100;
const NO_MESSAGES = 404;
const EXPIRED = 408;
const CONFLICT = 409;

export const openNatsPull = (parts: NatsPullParts): NatsPull => {
  const { nc, inbox } = parts;
  let request = 0;
  let left = 0;
  let received = 0;
  let heardAt = performance.now();
  let ended = false;

  const trouble = (reason: string) => {
    if (ended) return;
    ended = true;
    clearInterval(watch);
    parts.onTrouble(reason);
  };

  const onStatus = (message: Msg) => {
    const code = message.headers?.code ?? 0;
    // A status of an earlier request says nothing about this one.
    if (code === IDLE_HEARTBEAT || ended || message.subject !== `${inbox}.${request}`) return;
    const spent = code === NO_MESSAGES || code === EXPIRED || (code === CONFLICT && received > 0);
    if (!spent) return trouble(`${code} ${message.headers?.description ?? ""}`.trim());
    left = 0;
    parts.onSpent();
  };

  const onAny = (error: Error | null, message: Msg) => {
    if (error) return trouble(error.message);
    heardAt = performance.now();
    if (message.subject.startsWith(inbox)) return onStatus(message);
    if (ended) return parts.onLate(message);
    left -= 1;
    received += 1;
    parts.onMessage(message);
    if (left <= 0) parts.onSpent();
  };

  const subscription = nc.subscribe(`${inbox}.*`, { callback: onAny });
  const watch = setInterval(() => {
    if (left > 0 && performance.now() - heardAt > SILENCE_MS) trouble("no heartbeat");
  }, HEARTBEAT_MS);

  return {
    get open() {
      return left > 0 || ended;
    },
    ask(batch) {
      if (ended) return;
      request += 1;
      left = batch;
      received = 0;
      heardAt = performance.now();
      const wanted = {
        batch,
        max_bytes: parts.maxBytes,
        expires: nanos(EXPIRES_MS),
        idle_heartbeat: nanos(HEARTBEAT_MS),
      };
      nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${parts.stream}.${parts.consumer}`, JSON.stringify(wanted), {
        reply: `${inbox}.${request}`,
      });
    },
    async close() {
      ended = true;
      clearInterval(watch);
      // Without interest in the inbox the server drops the request; a drain still brings what it sent before that.
      if (!nc.isClosed()) await within(subscription.drain(), CLOSE_MS);
    },
  };
};
