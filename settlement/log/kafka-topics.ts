import { type Admin, type Kafka, KafkaJSProtocolError } from "kafkajs";
import { asLogError } from "./errors.ts";

export interface TopicSettings {
  /** Of a new topic. */
  readonly partitions: number;
  /** Of a new topic; the brokers' default when absent. */
  readonly replicas?: number;
}

export interface KafkaTopics {
  /** Makes a topic if it is not there. Resolves to how many partitions it had when it was first asked for. */
  partitions(topic: string): Promise<number>;
  lag(topic: string, group: string): Promise<number>;
  /** Rejects when no broker answers. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

const REMEDY =
  "Nothing was changed. See that Kafka runs, that KAFKA_BROKERS is right and that KAFKA_USER may use topic and group; then the same can be done again";

/** A broker that answers "ask another one", which is so for a moment after one was restarted. */
const MOVED_TRIES = 5;
const MOVED_WAIT_MS = 200;

/** What is asked of the cluster as a whole. All reject with LOG_UNAVAILABLE. */
export const createKafkaTopics = (
  kafka: Kafka,
  { partitions, replicas = -1 }: TopicSettings,
): KafkaTopics => {
  const known = new Map<string, Promise<number>>();
  let admin: Promise<Admin> | undefined;

  /** Runs `ask` with a connected admin; after a failure the next one connects anew. */
  const withAdmin = async <T>(ask: (admin: Admin) => Promise<T>, triesLeft = MOVED_TRIES): Promise<T> => {
    admin ??= connect(kafka);
    const used = admin;
    try {
      return await ask(await used);
    } catch (error) {
      if (admin === used) admin = undefined;
      used.then((one) => one.disconnect()).catch(() => {});
      if (triesLeft > 0 && error instanceof KafkaJSProtocolError && error.retriable) {
        await Bun.sleep(MOVED_WAIT_MS);
        return withAdmin(ask, triesLeft - 1);
      }
      throw asLogError(error, "Kafka did not answer", REMEDY);
    }
  };

  /** Looked for first: who may use a topic need not be one who may make it. */
  const make = async (admin: Admin, topic: string): Promise<void> => {
    const isThere = async () => (await admin.listTopics()).includes(topic);
    if (await isThere()) return;
    const wanted = { topic, numPartitions: partitions, replicationFactor: replicas };
    await admin.createTopics({ topics: [wanted], waitForLeaders: true }).catch(async (error) => {
      // A broker hears a moment later of a topic that somebody has made, and of who may use it.
      for (let left = MOVED_TRIES; left > 0; left -= 1) {
        await Bun.sleep(MOVED_WAIT_MS);
        if (await isThere()) return;
      }
      throw error;
    });
  };

  const find = (topic: string) =>
    withAdmin(async (admin) => {
      await make(admin, topic);
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      const found = topics.find(({ name }) => name === topic)?.partitions.length ?? 0;
      if (found === 0) throw new Error(`the topic ${topic} has no partitions yet`);
      return found;
    });

  return {
    partitions(topic) {
      const found = known.get(topic);
      if (found) return found;
      const finding = find(topic);
      known.set(topic, finding);
      finding.catch(() => known.delete(topic));
      return finding;
    },
    lag: (topic, group) =>
      withAdmin(async (admin) => {
        // Nobody has produced to it. Asked for by name, it would be looked for again and again first.
        if (!known.has(topic) && !(await admin.listTopics()).includes(topic)) return 0;
        const ends = await admin.fetchTopicOffsets(topic);
        const stored = await admin.fetchOffsets({ groupId: group, topics: [topic] });
        const places = new Map(
          stored.flatMap(({ partitions }) => partitions.map(({ partition, offset }) => [partition, offset])),
        );
        return ends.reduce((lag, { partition, low, high }) => {
          // −1: the group has not begun. Below `low`: what it had still to read is gone.
          const from = Math.max(Number(places.get(partition) ?? -1), Number(low));
          return lag + Math.max(Number(high) - from, 0);
        }, 0);
      }),
    ready: () =>
      withAdmin(async (admin) => {
        const { brokers } = await admin.describeCluster();
        if (brokers.length === 0) throw new Error("the cluster has no brokers");
      }),
    async close() {
      const open = admin;
      admin = undefined;
      await open?.then((one) => one.disconnect()).catch(() => {});
    },
  };
};

const connect = async (kafka: Kafka): Promise<Admin> => {
  const admin = kafka.admin();
  await admin.connect();
  return admin;
};
