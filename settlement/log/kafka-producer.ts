import { asLogError } from "./errors.ts";
import { type PlacedMessage, type ProducedRecord, toMessages } from "./kafka-batches.ts";

export interface ProducerSettings {
  /** How often a request is tried again before LOG_UNAVAILABLE. */
  readonly retries: number;
  readonly compression: "none" | "gzip";
}

export interface KafkaProducer {
  /** Resolves when all in-sync replicas have all of it. @throws LOG_UNAVAILABLE: some of it may be there */
  send(topic: string, records: readonly ProducedRecord[], partitions: number): Promise<void>;
  close(): Promise<void>;
}

/** One idempotent producer of a client library: a request that it repeats is not a second batch of records. */
export interface Sender {
  /** One request. Resolves when all in-sync replicas have all of it. */
  send(topic: string, messages: readonly PlacedMessage[]): Promise<void>;
  close(): Promise<void>;
}

/** What a client library has of its own. */
export interface ProducerClient {
  /**
   * How many producers share the partitions. Each has one request at a broker, so that with one the poller stands
   * still while an answer is on its way.
   */
  readonly lanes: number;
  /** Messages, some of each partition, in requests that suit the library, those of a partition in their order. */
  toRequests(messages: readonly PlacedMessage[]): readonly (readonly PlacedMessage[])[];
  open(): Promise<Sender>;
}

const REMEDY =
  "Some of the records may be in the log all the same, so produce them again: readers must take one twice anyway. " +
  "See that Kafka runs and that KAFKA_BROKERS is right";

/** A producer over either library. Each partition belongs to one of its lanes, so its order holds. */
export const createKafkaProducer = (client: ProducerClient): KafkaProducer => {
  const lanes = Array.from({ length: client.lanes }, () => createLane(client));
  return {
    async send(topic, records, partitions) {
      const shares: PlacedMessage[][] = lanes.map(() => []);
      for (const message of toMessages(records, partitions)) {
        shares[message.partition % shares.length]?.push(message);
      }
      const sent = await Promise.allSettled(
        lanes.map((lane, index) => lane.send(topic, shares[index] ?? [])),
      );
      // All have ended when this does, so nothing of a failed call comes into the log after what is produced next.
      const failed = sent.find((one) => one.status === "rejected");
      if (failed) throw failed.reason;
    },
    async close() {
      await Promise.all(lanes.map((lane) => lane.close()));
    },
  };
};

/**
 * The brokers recognise a repeated request by a number that counts the producer's records. After a request of which
 * nobody knows how it ended, that number may already be taken, and the next request, with other records, would be
 * taken for the repeated one and dropped, acknowledged all the same. So requests go one after another, and after one
 * that failed the producer is thrown away and a new one counts from zero.
 */
const createLane = (client: ProducerClient) => {
  let sender: Promise<Sender> | undefined;
  let last: Promise<void> = Promise.resolve();

  const request = async (topic: string, messages: readonly PlacedMessage[]): Promise<void> => {
    sender ??= client.open();
    const used = sender;
    try {
      await (await used).send(topic, messages);
    } catch (error) {
      sender = undefined;
      used.then((one) => one.close()).catch(() => {});
      throw asLogError(error, "Kafka did not acknowledge records", REMEDY);
    }
  };

  return {
    send(topic: string, messages: readonly PlacedMessage[]): Promise<void> {
      const sent = last.then(async () => {
        for (const one of client.toRequests(messages)) await request(topic, one);
      });
      last = sent.catch(() => {});
      return sent;
    },
    async close(): Promise<void> {
      await last;
      const open = sender;
      sender = undefined;
      await open?.then((one) => one.close()).catch(() => {});
    },
  };
};
