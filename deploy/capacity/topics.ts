import { randomBytes } from "node:crypto";
import type { Admin } from "kafkajs";
import { silentLog } from "../../actors/ports.ts";
import { asLogError } from "../../settlement/log/errors.ts";
import { createKafkaClient } from "../../settlement/log/kafka-client.ts";

export interface OwnTopic {
  readonly name: string;
  readonly partitions: number;
  /** How many brokers have each record. */
  readonly replicas: number;
}

export interface OwnTopics {
  /** So many brokers the cluster has. */
  readonly brokers: number;
  /**
   * Makes a topic. A `what` that was there before is refused.
   * @param settings of the topic, such as `flush.messages`
   */
  make(what: string, partitions: number, settings?: Readonly<Record<string, string>>): Promise<OwnTopic>;
  /** How many records a topic has. */
  count(topic: string): Promise<number>;
  /** Names a group, which is deleted with the topics. */
  group(what: string): string;
  /** Deletes a topic that was made here, when nobody uses it any more. */
  drop(topic: OwnTopic): Promise<void>;
  /** Deletes all that was made here. Resolves to the names of topics that it could not delete. */
  dropAll(): Promise<readonly string[]>;
}

const REMEDY = "See that Kafka runs, that --brokers is right and that topics may be made there";
const READY_MS = 30_000;
const LOOK_MS = 50;

/** Topics under a prefix and a stamp of this run, so that none of them can be anybody else's. @throws LOG_UNAVAILABLE */
export const openTopics = async (brokers: readonly string[], prefix: string): Promise<OwnTopics> => {
  const stamp = `${Date.now().toString(36)}-${randomBytes(3).toString("hex")}`;
  const connect = () => createKafkaClient({ brokers, clientId: "jumun-capacity" }, silentLog, 3).admin();
  const admin = connect();
  const ask = async <T>(doing: () => Promise<T>): Promise<T> => {
    try {
      return await doing();
    } catch (error) {
      throw asLogError(error, "Kafka did not answer", REMEDY);
    }
  };
  await ask(() => admin.connect());
  const cluster = await ask(() => admin.describeCluster());
  const made = new Set<string>();
  const groups = new Set<string>();

  const remove = async (names: readonly string[]): Promise<void> => {
    if (names.length === 0) return;
    await admin.deleteTopics({ topics: [...names] });
    for (const name of names) made.delete(name);
  };

  return {
    brokers: cluster.brokers.length,
    make: (what, partitions, settings = {}) =>
      ask(async () => {
        const topic = `${prefix}-${stamp}-${what}`;
        const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
        const isNew = await admin.createTopics({
          // kafkajs gives up on a topic that is so new that a broker does not know it.
          waitForLeaders: false,
          topics: [{ topic, numPartitions: partitions, replicationFactor: -1, configEntries }],
        });
        if (!isNew) throw new Error(`the topic ${topic} is there already`);
        made.add(topic);
        return { name: topic, partitions, replicas: await replicasOf(admin, topic, partitions) };
      }),
    count: (topic) =>
      ask(async () => {
        // One that has asked for offsets goes on asking for that topic, and fails once it is deleted.
        const once = connect();
        try {
          await once.connect();
          const ends = await once.fetchTopicOffsets(topic);
          return ends.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0);
        } finally {
          await once.disconnect();
        }
      }),
    group(what) {
      const group = `${prefix}-${stamp}-${what}`;
      groups.add(group);
      return group;
    },
    drop: ({ name }) => ask(() => remove([name])),
    async dropAll() {
      // One at a time: those that nobody has joined are unknown, and that fails the whole call.
      for (const group of groups) await admin.deleteGroups([group]).catch(() => {});
      await remove([...made]).catch(() => {});
      await admin.disconnect().catch(() => {});
      return [...made];
    },
  };
};

/** Waits until every partition has a leader. */
const replicasOf = async (admin: Admin, topic: string, partitions: number): Promise<number> => {
  for (const deadline = performance.now() + READY_MS; ; await Bun.sleep(LOOK_MS)) {
    const found = await admin.fetchTopicMetadata({ topics: [topic] }).catch(() => undefined);
    const ready = found?.topics[0]?.partitions.filter(({ leader }) => leader >= 0) ?? [];
    if (ready.length === partitions) return ready[0]?.replicas.length ?? 1;
    if (performance.now() > deadline) throw new Error(`the topic ${topic} has not got its leaders in time`);
  }
};
