import { CompressionTypes, type Kafka, type Message, type Producer } from "kafkajs";
import type { LogRecord } from "../ports.ts";
import { asLogError } from "./errors.ts";
import { toBatches } from "./kafka-batches.ts";
import { retryTimes } from "./kafka-client.ts";

export interface ProducerSettings {
  /** How often a request is tried again before LOG_UNAVAILABLE. */
  readonly retries: number;
  readonly compression: "none" | "gzip";
}

export interface KafkaProducer {
  /** Resolves when all in-sync replicas have all of it. @throws LOG_UNAVAILABLE: some of it may be there */
  send(topic: string, records: readonly LogRecord[], partitions: number): Promise<void>;
  close(): Promise<void>;
}

const REMEDY =
  "Some of the records may be in the log all the same, so produce them again: readers must take one twice anyway";

/**
 * An idempotent producer: a request that is repeated because its answer was lost is not a second batch of records.
 *
 * The brokers recognise a repeated request by a number that counts the producer's records. After a request of which
 * nobody knows how it ended, that number may already be taken, and the next request, with other records, would be
 * taken for the repeated one and dropped, acknowledged all the same. So requests go one after another, as they would
 * in kafkajs anyway, and after one that failed the producer is thrown away and a new one counts from zero.
 */
export const createKafkaProducer = (
  kafka: Kafka,
  { retries, compression }: ProducerSettings,
): KafkaProducer => {
  let producer: Promise<Producer> | undefined;
  let last: Promise<void> = Promise.resolve();

  const sendBatch = async (topic: string, messages: Message[]): Promise<void> => {
    producer ??= connect(kafka, retries);
    const used = producer;
    try {
      const connected = await used;
      await connected.send({
        topic,
        messages,
        acks: -1,
        compression: compression === "gzip" ? CompressionTypes.GZIP : CompressionTypes.None,
      });
    } catch (error) {
      producer = undefined;
      used.then((one) => one.disconnect()).catch(() => {});
      throw asLogError(error, "Kafka did not acknowledge records", REMEDY);
    }
  };

  return {
    send(topic, records, partitions) {
      const batches = toBatches(records, partitions);
      const sent = last.then(async () => {
        for (const messages of batches) await sendBatch(topic, messages);
      });
      last = sent.catch(() => {});
      return sent;
    },
    async close() {
      await last;
      const open = producer;
      producer = undefined;
      await open?.then((one) => one.disconnect()).catch(() => {});
    },
  };
};

const connect = async (kafka: Kafka, retries: number): Promise<Producer> => {
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
