import type { Msg } from "nats";
import type { Delivery } from "../ports.ts";
import { nak, placeOf } from "./nats-ack.ts";
import { type DeliveryParts, type Held, readDelivery } from "./nats-delivery.ts";
import type { NatsLink } from "./nats-link.ts";
import { type NatsPull, openNatsPull } from "./nats-pull.ts";
import type { NatsStreams } from "./nats-streams.ts";

export interface ConsumerParts extends DeliveryParts {
  readonly link: NatsLink;
  readonly streams: NatsStreams;
  /** Most commands of one partition held here at once, delivered and not settled. */
  readonly maxHeld: number;
}

/** Above this many bytes held, no more are asked for; one request brings at most as many again. */
const MAX_HELD_BYTES = 8 * 1024 * 1024;
const FIRST_PAUSE_MS = 100;
const LAST_PAUSE_MS = 5_000;

/**
 * Brings the commands of one partition to `deliver`, in the order of the stream, and keeps at it through lost
 * connections, restarted servers and wiped streams.
 *
 * A command that is given back with a delay is overtaken by later ones of its order. That is wanted: it is given back
 * because nothing could be decided, and a customer's next step must not wait on it. No order between commands is
 * promised across a failure anyway, since two requests of one customer can overtake each other on their way in, and
 * the order's state decides what each may do.
 */
export const consumePartition = async (
  partition: number,
  deliver: (delivery: Delivery) => void,
  parts: ConsumerParts,
): Promise<{ stop(): Promise<void> }> => {
  const { link, streams, names, log, maxHeld } = parts;
  const held = new Map<string, Held>();
  let heldBytes = 0;
  let streamCreated = "";
  let pull: NatsPull | undefined;
  let opened = { at: 0, pauseMs: 0 };
  let reopening: Promise<void> | undefined;
  let connection = 0;
  let wake = () => {};
  let stopping = false;

  const more = () => {
    const room = maxHeld - held.size;
    // In quarters, so that a busy worker asks for many at a time rather than for each one that it settles.
    if (!pull || pull.open || room * 4 < maxHeld || heldBytes > MAX_HELD_BYTES) return;
    pull.ask(room);
  };

  const hold = (message: Msg): Held | undefined => {
    const { key } = placeOf(message);
    const known = held.get(key);
    if (known) {
      // Held for longer than the ack wait. It is being worked on: once is enough.
      known.message = message;
      return undefined;
    }
    const one: Held = {
      message,
      release() {
        if (held.get(key) !== one) return false;
        held.delete(key);
        heldBytes -= message.data.length;
        queueMicrotask(more);
        return true;
      },
    };
    held.set(key, one);
    heldBytes += message.data.length;
    return one;
  };

  const onMessage = (message: Msg) => {
    const one = hold(message);
    const delivery = one && readDelivery(one, parts);
    if (delivery) deliver(delivery);
  };

  const open = async () => {
    const created = await streams.ensureWorker(partition);
    if (created !== streamCreated) {
      // Another stream counts anew: an ack for what is held of the old one would take off a stranger.
      streamCreated = created;
      held.clear();
      heldBytes = 0;
    }
    if (stopping) return;
    opened = { at: performance.now(), pauseMs: opened.pauseMs };
    pull = openNatsPull({
      nc: link.nc,
      inbox: link.inbox(),
      stream: names.commandStream(partition),
      consumer: names.worker(partition),
      maxBytes: Math.max(MAX_HELD_BYTES, 2 * link.maxPayload),
      onMessage,
      onLate: nak,
      onSpent: more,
      onTrouble: (reason) => reopen(reason),
    });
    more();
  };

  const drop = () => {
    void pull?.close();
    pull = undefined;
  };

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const reopenNow = async () => {
    drop();
    // Trouble soon after opening means that opening did not help: leave it longer each time.
    let pauseMs = performance.now() - opened.at < LAST_PAUSE_MS ? opened.pauseMs : 0;
    while (!stopping) {
      if (pauseMs > 0) await pause(pauseMs);
      pauseMs = Math.min(Math.max(2 * pauseMs, FIRST_PAUSE_MS), LAST_PAUSE_MS);
      if (stopping || !link.online) continue;
      const of = connection;
      try {
        await open();
        opened.pauseMs = pauseMs;
        // A request made on a connection that has broken since is lost.
        if (of === connection) return;
        drop();
      } catch (error) {
        log.warn({ error, partition }, "the commands of a partition can't be had; trying again");
      }
    }
  };

  const reopen = (reason: string) => {
    if (stopping || reopening) return;
    log.info({ partition, reason }, "the commands of a partition are asked for anew");
    reopening = reopenNow().finally(() => {
      reopening = undefined;
    });
  };

  const stopListening = link.onReconnect(() => {
    connection += 1;
    wake();
    reopen("reconnected");
  });

  await open().catch((error) => {
    stopListening();
    throw error;
  });

  return {
    async stop() {
      if (stopping) return;
      stopping = true;
      stopListening();
      wake();
      await reopening;
      await pull?.close();
      pull = undefined;
    },
  };
};
