import { Kafka, logLevel } from "kafkajs";

/** As SETTLEMENT_TOPIC_PARTITIONS has it when it is not set. */
export const PARTITIONS = 12;

const READY_MS = 30_000;

/** kafkajs as it comes, quiet. */
export const plainKafka = (brokers: string): Kafka =>
  new Kafka({ brokers: brokers.split(","), logLevel: logLevel.NOTHING });

/** Makes topics of PARTITIONS partitions and waits until the broker knows all of them: no bench is about that. */
export const makeTopics = async (kafka: Kafka, topics: readonly string[]): Promise<void> => {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: PARTITIONS })) });
    const deadline = performance.now() + READY_MS;
    for (const topic of topics) {
      while ((await endsOf(() => admin.fetchTopicOffsets(topic))).length < PARTITIONS) {
        if (performance.now() > deadline) throw new Error(`The topic ${topic} was not there in time.`);
        await Bun.sleep(50);
      }
    }
  } finally {
    await admin.disconnect();
  }
};

/** None while the broker says that it does not know the topic. */
const endsOf = async <T>(ask: () => Promise<T[]>): Promise<T[]> => {
  try {
    return await ask();
  } catch {
    return [];
  }
};

/** How many records a topic has. */
export const countOf = async (kafka: Kafka, topic: string): Promise<number> => {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const ends = await admin.fetchTopicOffsets(topic);
    return ends.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0);
  } finally {
    await admin.disconnect();
  }
};
