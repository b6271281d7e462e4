import { Kafka, type KafkaConfig, logLevel } from "kafkajs";
import type { Log } from "../../actors/ports.ts";
import { type KafkaConnection, retryTimes } from "./kafka-connection.ts";
import { mendKafkajsTimer } from "./kafkajs-timer.ts";

mendKafkajsTimer();

/**
 * kafkajs, with its log on ours. It calls an error what it then tries again, so that is a warning here.
 * @param retries of each step, such as finding the brokers, before what it belongs to fails as a whole
 */
export const createKafkaClient = (connection: KafkaConnection, log: Log, retries: number): Kafka => {
  const { brokers, clientId = "jumun", tls, sasl } = connection;
  const config: KafkaConfig = {
    brokers: [...brokers],
    clientId,
    ...(tls && { ssl: { ...tls } }),
    ...(sasl && { sasl: saslOf(sasl) }),
    connectionTimeout: connection.connectTimeoutMs ?? 3_000,
    requestTimeout: connection.requestTimeoutMs ?? 30_000,
    retry: { ...retryTimes, retries },
    logLevel: logLevel.INFO,
    logCreator: () => (entry) => {
      const { message, timestamp: _, logger: __, stack: ___, ...fields } = entry.log;
      const text = `kafkajs: ${message}`;
      if (entry.level === logLevel.ERROR) log.warn(fields, text);
      else log.debug(fields, text);
    },
  };
  return new Kafka(config);
};

/** kafkajs has a type for each mechanism. */
const saslOf = ({ mechanism, username, password }: NonNullable<KafkaConnection["sasl"]>) => {
  if (mechanism === "plain") return { mechanism, username, password } as const;
  if (mechanism === "scram-sha-256") return { mechanism, username, password } as const;
  return { mechanism, username, password } as const;
};
