import { headers, type Msg } from "nats";
import type { EventMessage, Log } from "../ports.ts";
import { encode, readEntry } from "./nats-codec.ts";
import { busUnavailable, type NatsLink } from "./nats-link.ts";
import type { NatsNames } from "./nats-names.ts";
import type { NatsPublisher } from "./nats-publisher.ts";

export interface NatsEvents {
  publish(events: readonly EventMessage[]): Promise<void>;
  subscribe(orderId: string | undefined, listener: (event: EventMessage) => void): Promise<() => void>;
}

export const createNatsEvents = (parts: {
  link: NatsLink;
  names: NatsNames;
  publisher: NatsPublisher;
  log: Log;
}): NatsEvents => {
  const { link, names, publisher, log } = parts;

  /** Without the audit's digests: they are over the customer's name and number too, and those stay in the store. */
  const publishOne = async ({ orderId, entry: { chain: _chain, order: _order, ...entry } }: EventMessage) => {
    const id = headers();
    id.set("Nats-Msg-Id", `${orderId}:${entry.seq}`);
    await publisher.publish({
      subject: names.event(orderId, entry.type),
      payload: encode(entry),
      headers: id,
    });
  };

  /** Each waits for the one before: sent together, the second could be stored where the first failed. */
  const publishInOrder = async (events: readonly EventMessage[]) => {
    for (const event of events) await publishOne(event);
  };

  return {
    async publish(events) {
      const orders = Map.groupBy(events, (event) => event.orderId);
      await Promise.all([...orders.values()].map(publishInOrder));
    },

    async subscribe(orderId, listener) {
      const onEvent = (error: Error | null, msg: Msg) => {
        if (error) return log.error({ error, orderId }, "NATS refused a subscription to events");
        const entry = readEntry(msg.data);
        const of = msg.subject.split(".")[2];
        if (entry && of) listener({ orderId: of, entry });
        else log.warn({ subject: msg.subject }, "a message among the events is no event and was passed over");
      };
      try {
        const subscription = link.nc.subscribe(names.events(orderId), { callback: onEvent });
        await link.flush().catch((error) => {
          subscription.unsubscribe();
          throw error;
        });
        return () => subscription.unsubscribe();
      } catch (error) {
        throw busUnavailable("Events could not be subscribed to.", error);
      }
    },
  };
};
