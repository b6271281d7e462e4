import { type Log, silentLog } from "../actors/ports.ts";
import { type Backoff, usualBackoff } from "./log/deliver.ts";
import { logUnavailable } from "./log/errors.ts";
import { createKafkaClient } from "./log/kafka-client.ts";
import type { KafkaConnection } from "./log/kafka-connection.ts";
import { startKafkaConsumer } from "./log/kafka-consumer.ts";
import { createKafkaTopics } from "./log/kafka-topics.ts";
import type { KafkaClient } from "./log/open-producer.ts";
import { createThreadedProducer } from "./log/threaded-producer.ts";
import type { Consumption, LogRecord, RecordLog } from "./ports.ts";

export type { KafkaClient } from "./log/open-producer.ts";

export interface KafkaLogOptions extends KafkaConnection {
  /**
   * @platformatic/kafka unless told: of the thread that produces, a record takes 3.3 µs of processor time with it, with
   * kafkajs 5.8.
   */
  readonly client?: KafkaClient;
  /** Of a new topic; one that is there keeps its number. */
  readonly partitions?: number;
  /** Of a new topic: the brokers' default when absent. 3 in production, with `min.insync.replicas` 2 at the brokers. */
  readonly replicas?: number;
  /**
   * None unless told: gzip takes processor time, of the thread that produces. Turn it on where the brokers' disks or the
   * network are short. Readers need no setting.
   */
  readonly compression?: "none" | "gzip";
  /** How often a request is tried again before LOG_UNAVAILABLE; 12 are about half a minute. */
  readonly retries?: number;
  /** How long the group waits for a sign of life of a consumer that was killed. In ms. */
  readonly sessionMs?: number;
  /** How long a batch may take while the group is shared out anew, before it is given to others as well. In ms. */
  readonly rebalanceMs?: number;
  readonly backoff?: Backoff;
  readonly log?: Log;
}

/**
 * The log in Kafka. Idempotent, acknowledged by all in-sync replicas, partitioned by key as Java's
 * clients do. Nothing is connected before the first call, so that it can be made while Kafka is away. A thread of its
 * own produces; it begins with the first records and ends with `close`.
 * @example
 * const log = createKafkaLog({ brokers: ["127.0.0.1:9092"], partitions: 12, replicas: 3 });
 * await log.produce("settlement-rows", [{ key: row.paymentKey, value: codec.encode(row) }]);
 */
export const createKafkaLog = (options: KafkaLogOptions): RecordLog => {
  const { partitions = 8, replicas, compression = "none", retries = 12, client = "platformatic" } = options;
  const { sessionMs = 30_000, rebalanceMs = 60_000, backoff = usualBackoff, log = silentLog } = options;
  const createClient = () => createKafkaClient(options, log, 3);
  const topics = createKafkaTopics(createClient(), {
    partitions,
    ...(replicas !== undefined && { replicas }),
  });
  const producer = createThreadedProducer(
    { client, connection: connectionOf(options), settings: { retries, compression } },
    log,
  );
  const consumptions = new Set<Consumption>();
  const producing = new Set<Promise<void>>();
  let closed = false;

  const whileOpen = () => {
    if (closed) throw logUnavailable("The log is closed", "Open it again");
  };

  const produce = async (topic: string, records: readonly LogRecord[]): Promise<void> =>
    producer.send(topic, records, await topics.partitions(topic));

  return {
    async produce(topic, records) {
      whileOpen();
      if (records.length === 0) return;
      const produced = produce(topic, records);
      producing.add(produced);
      await produced.finally(() => producing.delete(produced));
    },
    async consume(which, handle) {
      whileOpen();
      await topics.partitions(which.topic);
      const consumption = await startKafkaConsumer(createClient, which, handle, {
        sessionMs,
        rebalanceMs,
        backoff,
        log,
      });
      consumptions.add(consumption);
      consumption.ended.catch(() => {}).finally(() => consumptions.delete(consumption));
      return consumption;
    },
    async lag(topic, group) {
      whileOpen();
      return topics.lag(topic, group);
    },
    async ready() {
      whileOpen();
      await topics.ready();
    },
    async close() {
      if (closed) return;
      closed = true;
      await Promise.all([...consumptions].map((consumption) => consumption.stop()));
      await Promise.allSettled(producing);
      await producer.close();
      await topics.close();
    },
  };
};

/** Of the options what another thread can be told. */
const connectionOf = (options: KafkaLogOptions): KafkaConnection => {
  const { brokers, clientId, tls, sasl, connectTimeoutMs, requestTimeoutMs } = options;
  return {
    brokers,
    ...(clientId !== undefined && { clientId }),
    ...(tls && { tls }),
    ...(sasl && { sasl }),
    ...(connectTimeoutMs !== undefined && { connectTimeoutMs }),
    ...(requestTimeoutMs !== undefined && { requestTimeoutMs }),
  };
};
