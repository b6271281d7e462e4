import type { Kafka } from "kafkajs";
import type { LogRecord } from "../../../settlement/ports.ts";

/** In one request: beyond some hundred a partition kafkajs takes longer for each. */
const REQUEST_RECORDS = 2_500;

/** kafkajs' own producer and nothing of ours: idempotent, acks=all, its own partitioner, one request after another. */
export interface BareKafkajs {
  /** Resolves to how many ms kafkajs took: its messages are made before the clock starts. */
  send(topic: string, records: readonly LogRecord[]): Promise<number>;
  close(): Promise<void>;
}

export const connectBareKafkajs = async (kafka: Kafka): Promise<BareKafkajs> => {
  const producer = kafka.producer({ idempotent: true, allowAutoTopicCreation: false });
  await producer.connect();
  return {
    async send(topic, records) {
      const messages = records.map(({ key, value }) => ({
        key: Buffer.from(key),
        value: Buffer.from(value),
      }));
      const since = performance.now();
      for (let begin = 0; begin < messages.length; begin += REQUEST_RECORDS) {
        await producer.send({ topic, messages: messages.slice(begin, begin + REQUEST_RECORDS), acks: -1 });
      }
      return performance.now() - since;
    },
    close: () => producer.disconnect(),
  };
};
