import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kafka, logLevel } from "kafkajs";
import type { KafkaClient } from "../../settlement/log.kafka.ts";
import type { RecordLog } from "../../settlement/ports.ts";

/** How a log is opened: plain data, so that another process can be told it. */
export type LogPlace =
  | { readonly adapter: "sqlite"; readonly path: string }
  | { readonly adapter: "kafka"; readonly brokers: string; readonly client: KafkaClient };

/** One log's data, as long as a test lives. */
export interface LogWorld {
  readonly place: LogPlace;
  /** Of this world alone. */
  readonly topic: string;
  /** A group of this world alone. */
  group(name: string): string;
  /** A log over these data: each call is another process, at the same time or after the last one closed. */
  open(): Promise<RecordLog>;
  /** Closes what is open and removes the data. */
  dispose(): Promise<void>;
}

export interface LogAdapter {
  readonly name: "sqlite" | `kafka by ${KafkaClient}`;
  create(): Promise<LogWorld>;
}

/** Short, so that a consumer that was killed is not waited for long. */
export const SESSION_MS = 3_000;

/** Opens a log as the tests do, in whatever process. */
export const openLog = async (place: LogPlace): Promise<RecordLog> => {
  const backoff = { firstMs: 20, longestMs: 200 };
  if (place.adapter === "sqlite") {
    const { createSqliteLog } = await import("../../settlement/log.sqlite.ts");
    return createSqliteLog({ path: place.path, partitions: 4, leaseMs: 1_000, pollMs: 10, backoff });
  }
  const { createKafkaLog } = await import("../../settlement/log.kafka.ts");
  const brokers = place.brokers.split(",");
  return createKafkaLog({
    ...{ brokers, client: place.client, partitions: 4 },
    ...{ sessionMs: SESSION_MS, rebalanceMs: 15_000, backoff },
  });
};

const sqlite: LogAdapter = {
  name: "sqlite",
  async create() {
    const folder = await mkdtemp(join(tmpdir(), "jumun-log-"));
    const place = { adapter: "sqlite", path: join(folder, "log.sqlite") } as const;
    return world(place, () => rm(folder, { recursive: true, force: true }));
  },
};

const kafka = (client: KafkaClient): LogAdapter => ({
  name: `kafka by ${client}`,
  async create() {
    const brokers = kafkaBrokers();
    return world({ adapter: "kafka", brokers, client }, (topic) => deleteTopic(brokers, topic));
  },
});

/** All adapters, each to be held by the whole contract. */
export const logAdapters: readonly LogAdapter[] = [sqlite, kafka("platformatic"), kafka("kafkajs")];

/** Throws when there is none: a log that was not tried must not look as if it had passed. */
export const kafkaBrokers = (): string => {
  const brokers = process.env.KAFKA_BROKERS;
  if (brokers) return brokers;
  throw new Error(
    "The contract tests of the Kafka log need a broker. Run `bun run test`, which starts one, or `bun run up:servers` " +
      "and set KAFKA_BROKERS to the address that it prints.",
  );
};

let worlds = 0;

/** Keeps the topics and groups of tests apart that share a broker. */
export const uniqueName = (): string => {
  worlds += 1;
  return `test-${process.pid}-${Date.now().toString(36)}-${worlds}`;
};

export const world = (place: LogPlace, remove: (topic: string) => Promise<void>): LogWorld => {
  const opened: RecordLog[] = [];
  const name = uniqueName();
  return {
    place,
    topic: name,
    group: (group) => `${name}-${group}`,
    async open() {
      const log = await openLog(place);
      opened.push(log);
      return log;
    },
    async dispose() {
      await Promise.all(opened.map((log) => log.close()));
      await remove(name);
    },
  };
};

const deleteTopic = async (brokers: string, topic: string): Promise<void> => {
  const admin = new Kafka({ brokers: brokers.split(","), logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    if ((await admin.listTopics()).includes(topic)) await admin.deleteTopics({ topics: [topic] });
  } finally {
    await admin.disconnect();
  }
};
