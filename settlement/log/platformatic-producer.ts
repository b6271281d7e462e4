import { isIP } from "node:net";
import type { Producer, ProducerOptions } from "@platformatic/kafka";
import type { Log } from "../../actors/ports.ts";
import { type PlacedMessage, toRequests } from "./kafka-batches.ts";
import { type KafkaConnection, retryTimes } from "./kafka-connection.ts";
import type { ProducerClient, ProducerSettings } from "./kafka-producer.ts";

/** Each has one request at a broker. Measured with the broker on the same machine: two to six do equally well. */
const LANES = 4;

/** What of the library is needed here. */
export type PlatformaticProducer = Pick<Producer, "send" | "close">;

type Options = ProducerOptions<Buffer, Buffer, Buffer, Buffer>;

/** Kafka's number for all in-sync replicas. */
const ALL = -1;

/**
 * Produces through @platformatic/kafka. A request has records of one partition: the library sends a request that it
 * repeats to one broker, that of its first record, and when the partitions of a broker that went away are shared
 * out among the others, a request of several could reach none of them whole.
 */
export const platformaticClient = (
  connection: KafkaConnection,
  settings: ProducerSettings,
  log: Log,
  create: (options: Options) => Promise<PlatformaticProducer> = createProducer(log),
): ProducerClient => ({
  lanes: LANES,
  toRequests: (messages) =>
    [...Map.groupBy(messages, ({ partition }) => partition).values()].flatMap((ones) => toRequests(ones)),
  async open() {
    const producer = await create(optionsOf(connection, settings));
    return {
      async send(topic, messages) {
        const { offsets = [] } = await producer.send({
          messages: messages.map((message) => toPlatformatic(topic, message)),
        });
        const partition = messages[0]?.partition;
        if (!offsets.some((one) => one.topic === topic && one.partition === partition)) {
          throw new Error(`no broker has acknowledged those of partition ${partition}`);
        }
      },
      close: () => producer.close(),
    };
  },
});

/** The partition is said here: the library's own choice for a key is not that of Java's clients. */
const toPlatformatic = (topic: string, { key, value, partition, headers }: PlacedMessage) =>
  headers ? { topic, partition, key, value, headers: bytesOf(headers) } : { topic, partition, key, value };

const bytesOf = (headers: Readonly<Record<string, string>>) =>
  new Map(Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)]));

const optionsOf = (connection: KafkaConnection, { retries, compression }: ProducerSettings): Options => {
  const { brokers, clientId = "jumun", tls, sasl } = connection;
  const { connectTimeoutMs = 3_000, requestTimeoutMs = 30_000 } = connection;
  return {
    clientId,
    bootstrapBrokers: [...brokers],
    idempotent: true,
    acks: ALL,
    compression,
    autocreateTopics: false,
    // One would be taken for no end of them.
    retries: Math.max(2, retries),
    retryDelay: (_, __, attempt) =>
      Math.min(retryTimes.initialRetryTime * 2 ** (attempt - 1), retryTimes.maxRetryTime),
    connectTimeout: connectTimeoutMs,
    requestTimeout: requestTimeoutMs,
    // How long the leader waits for the other replicas.
    timeout: requestTimeoutMs,
    // The name that is asked for, for servers behind a router that goes by it; an address can't be asked for.
    ...(tls && { tls: { ...tls }, tlsServerName: !brokers.some((one) => isIP(hostOf(one))) }),
    ...(sasl && {
      sasl: { mechanism: mechanisms[sasl.mechanism], username: sasl.username, password: sasl.password },
    }),
  };
};

const hostOf = (broker: string): string => broker.slice(0, broker.lastIndexOf(":"));

const mechanisms = {
  plain: "PLAIN",
  "scram-sha-256": "SCRAM-SHA-256",
  "scram-sha-512": "SCRAM-SHA-512",
} as const;

const createProducer = (log: Log) => async (options: Options) => {
  // Only once something is produced: it takes 75 MB and half a second, and a loader seldom produces.
  const { Producer } = await import("@platformatic/kafka");
  const producer = new Producer<Buffer, Buffer, Buffer, Buffer>(options);
  producer.on("client:broker:failed", ({ broker }) =>
    log.warn({ broker: `${broker.host}:${broker.port}` }, "Kafka's broker can't be reached; trying again"),
  );
  return producer;
};
