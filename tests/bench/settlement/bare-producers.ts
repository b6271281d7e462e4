import { compatibilityPartitioner, ProduceAcks, Producer } from "@platformatic/kafka";
import type { Kafka } from "kafkajs";
import type { LogRecord } from "../../../settlement/ports.ts";

/** In one request: beyond some hundred a partition kafkajs takes longer for each, and the other library gains no more. */
const REQUEST_RECORDS = 2_500;

/**
 * A library's own producer and nothing of ours: one of them, idempotent, acks=all, partitioned by the library as
 * Java's clients do, one request after another.
 */
export interface BareProducer {
  /** Resolves to how many ms the library took: its messages are made before the clock starts. */
  send(topic: string, records: readonly LogRecord[]): Promise<number>;
  close(): Promise<void>;
}

interface Message {
  readonly key: Buffer;
  readonly value: Buffer;
}

export const connectBareKafkajs = async (kafka: Kafka): Promise<BareProducer> => {
  const producer = kafka.producer({ idempotent: true, allowAutoTopicCreation: false });
  await producer.connect();
  return {
    send: (topic, records) => timed(records, (messages) => producer.send({ topic, messages, acks: -1 })),
    close: () => producer.disconnect(),
  };
};

export const connectBarePlatformatic = (brokers: string): BareProducer => {
  const producer = new Producer<Buffer, Buffer, Buffer, Buffer>({
    ...{ clientId: "bench", bootstrapBrokers: brokers.split(",") },
    ...{ idempotent: true, acks: ProduceAcks.ALL, partitioner: compatibilityPartitioner },
  });
  return {
    send: (topic, records) =>
      timed(records, (messages) =>
        producer.send({ messages: messages.map(({ key, value }) => ({ topic, key, value })) }),
      ),
    close: () => producer.close(),
  };
};

const timed = async (
  records: readonly LogRecord[],
  send: (messages: Message[]) => Promise<unknown>,
): Promise<number> => {
  const messages = records.map(({ key, value }) => ({ key: Buffer.from(key), value: Buffer.from(value) }));
  const since = performance.now();
  for (let begin = 0; begin < messages.length; begin += REQUEST_RECORDS) {
    await send(messages.slice(begin, begin + REQUEST_RECORDS));
  }
  return performance.now() - since;
};
