import { CompressionTypes, type Kafka, type Producer, type RecordMetadata } from "kafkajs";
import type { LogRecord } from "../ports.ts";
import { asLogError } from "./errors.ts";
import { type PlacedMessage, toMessages, toRequests } from "./kafka-batches.ts";
import { retryTimes } from "./kafka-client.ts";

export interface ProducerSettings {
  /** How often a request is tried again before LOG_UNAVAILABLE. */
  readonly retries: number;
  readonly compression: "none" | "gzip";
}

/** What of kafkajs is needed here. */
export type ProducerSource = Pick<Kafka, "producer">;

export interface KafkaProducer {
  /** Resolves when all in-sync replicas have all of it. @throws LOG_UNAVAILABLE: some of it may be there */
  send(topic: string, records: readonly LogRecord[], partitions: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * How many producers share the partitions. kafkajs has one request at a broker for each, so that with one the poller
 * stands still while an answer is on its way: with 6 partitions and brokers 10 ms away, 49,000 rows a second with
 * one, 55,000 with two, 59,000 with three. Each partition belongs to one of them, so its order holds.
 */
const LANES = 3;

const REMEDY =
  "Some of the records may be in the log all the same, so produce them again: readers must take one twice anyway. " +
  "See that Kafka runs and that KAFKA_BROKERS is right";

/** Idempotent producers: a request that is repeated because its answer was lost is not a second batch of records. */
export const createKafkaProducer = (kafka: ProducerSource, settings: ProducerSettings): KafkaProducer => {
  const lanes = Array.from({ length: LANES }, () => createLane(kafka, settings));
  return {
    async send(topic, records, partitions) {
      const messages = toMessages(records, partitions);
      const sent = await Promise.allSettled(
        lanes.map((lane, index) =>
          lane.send(
            topic,
            messages.filter(({ partition }) => partition % LANES === index),
          ),
        ),
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
 * taken for the repeated one and dropped, acknowledged all the same. So requests go one after another, as they would
 * in kafkajs anyway, and after one that failed the producer is thrown away and a new one counts from zero.
 */
const createLane = (kafka: ProducerSource, { retries, compression }: ProducerSettings) => {
  let producer: Promise<Producer> | undefined;
  let last: Promise<void> = Promise.resolve();

  const request = async (topic: string, messages: PlacedMessage[]): Promise<void> => {
    producer ??= connect(kafka, retries);
    const used = producer;
    try {
      const connected = await used;
      const answers = await connected.send({
        topic,
        messages,
        acks: -1,
        compression: compression === "gzip" ? CompressionTypes.GZIP : CompressionTypes.None,
      });
      requireAll(messages, answers);
    } catch (error) {
      producer = undefined;
      used.then((one) => one.disconnect()).catch(() => {});
      throw asLogError(error, "Kafka did not acknowledge records", REMEDY);
    }
  };

  return {
    send(topic: string, messages: readonly PlacedMessage[]): Promise<void> {
      const sent = last.then(async () => {
        for (const one of toRequests(messages)) await request(topic, one);
      });
      last = sent.catch(() => {});
      return sent;
    },
    async close(): Promise<void> {
      await last;
      const open = producer;
      producer = undefined;
      await open?.then((one) => one.disconnect()).catch(() => {});
    },
  };
};

/**
 * kafkajs notes which brokers have answered. When a partition moves, in the midst of a request, from a broker that
 * failed to one that has answered for others, it takes that one's answer for the whole, and says that all is well of
 * records that it sent to nobody.
 */
const requireAll = (messages: readonly PlacedMessage[], answers: readonly RecordMetadata[]): void => {
  const acknowledged = new Set(
    answers.filter(({ errorCode }) => errorCode === 0).map(({ partition }) => partition),
  );
  const missing = messages.find(({ partition }) => !acknowledged.has(partition));
  if (missing) throw new Error(`no broker has acknowledged those of partition ${missing.partition}`);
};

const connect = async (kafka: ProducerSource, retries: number): Promise<Producer> => {
  const producer = kafka.producer({
    idempotent: true,
    allowAutoTopicCreation: false,
    // Every message says its partition itself.
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition ?? 0,
    retry: { ...retryTimes, retries },
  });
  await producer.connect();
  return producer;
};
