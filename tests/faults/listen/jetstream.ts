import { AckPolicy, connect, DeliverPolicy, type NatsConnection, nanos } from "nats";
import { readEntry } from "../../../actors/bus/nats-codec.ts";
import { natsNames } from "../../../actors/bus/nats-names.ts";
import type { Delivered } from "../checker/evidence.ts";

/** A listener of another team: a durable consumer of all events, which acknowledges what it has. */
export interface Listener {
  /** All that was delivered, by its place in the stream: once each, however often it came. */
  readonly delivered: readonly Delivered[];
  /** Resolves when nothing waits any more. @throws Error when that takes too long */
  drain(): Promise<void>;
  close(): Promise<void>;
}

const DURABLE = "faults-listener";
const BATCH = 100;
const DRAIN_MS = 60_000;

/** Listens until closed, through whatever happens to the server. */
export const listenToEvents = async ({ url, prefix }: { url: string; prefix: string }): Promise<Listener> => {
  const names = natsNames(prefix);
  const stream = names.streams.events;
  const nc = await connect({
    servers: url,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
    pingInterval: 2_000,
  });
  const jsm = await nc.jetstreamManager();
  await jsm.consumers.add(stream, {
    durable_name: DURABLE,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(3_000),
  });
  const byPlace = new Map<number, Delivered>();
  let isOver = false;
  const listening = (async () => {
    while (!isOver) await takeSome(nc, stream, byPlace).catch(() => Bun.sleep(200));
  })();

  return {
    get delivered() {
      return [...byPlace].toSorted(([a], [b]) => a - b).map(([, event]) => event);
    },
    async drain() {
      for (const end = performance.now() + DRAIN_MS; performance.now() < end; await Bun.sleep(100)) {
        const info = await jsm.consumers.info(stream, DURABLE).catch(() => undefined);
        if (info && info.num_pending === 0 && info.num_ack_pending === 0) return;
      }
      throw new Error(`The events of ${stream} could not be read to their end within ${DRAIN_MS / 1_000} s.`);
    },
    async close() {
      isOver = true;
      await nc.close();
      await listening;
    },
  };
};

const takeSome = async (
  nc: NatsConnection,
  stream: string,
  byPlace: Map<number, Delivered>,
): Promise<void> => {
  const consumer = await nc.jetstream().consumers.get(stream, DURABLE);
  const messages = await consumer.fetch({ max_messages: BATCH, expires: 1_000 });
  for await (const message of messages) {
    const entry = readEntry(message.data);
    const orderId = message.subject.split(".")[2] ?? "";
    const { seq = 0, type = "unreadable", commandId = "" } = entry ?? {};
    byPlace.set(message.seq, { orderId, seq, type, commandId });
    message.ack();
  }
};
