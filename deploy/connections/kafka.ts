import { type Static, Type } from "@sinclair/typebox";
import type { KafkaConnection } from "../../settlement/log/kafka-connection.ts";
import { pemCa, pemCert, pemKey, plainProblems, tlsMaterial, tlsProblems } from "./tls.ts";

export const kafkaSettings = {
  KAFKA_BROKERS: Type.Optional(
    Type.String({
      pattern: "^[^\\s,:]+:\\d+(,[^\\s,:]+:\\d+)*$",
      description: "Kafka in place of the embedded log: host:port, several by comma",
    }),
  ),
  KAFKA_TLS: Type.Union([Type.Literal("off"), Type.Literal("on")], {
    default: "off",
    description: "Whether the brokers are spoken to by TLS",
  }),
  KAFKA_CA: pemCa("Kafka"),
  KAFKA_CERT: pemCert("Kafka"),
  KAFKA_KEY: pemKey(),
  KAFKA_USER: Type.Optional(Type.String({ description: "User at Kafka, by SASL" })),
  KAFKA_PASSWORD: Type.Optional(Type.String({ description: "Its password. Secret" })),
  KAFKA_SASL: Type.Union(
    (["scram-sha-512", "scram-sha-256", "plain"] as const).map((one) => Type.Literal(one)),
    { default: "scram-sha-512", description: "How user and password are shown" },
  ),
} as const;

const KafkaSettings = Type.Object(kafkaSettings);
export type KafkaConfig = Static<typeof KafkaSettings>;

/** What its settings say against each other. */
export const kafkaProblems = (config: KafkaConfig): string[] => {
  const { KAFKA_BROKERS, KAFKA_TLS, KAFKA_USER: user, KAFKA_PASSWORD: password } = config;
  const tls = KAFKA_TLS === "on";
  const material = tlsMaterial(config.KAFKA_CA, config.KAFKA_CERT, config.KAFKA_KEY);
  const problems = tlsProblems("KAFKA", material, { tls, how: "KAFKA_TLS=on" });
  if (user !== undefined && password === undefined) problems.push("KAFKA_USER needs KAFKA_PASSWORD.");
  if (password !== undefined && user === undefined) problems.push("KAFKA_PASSWORD needs KAFKA_USER.");
  if (user !== undefined && !tls) {
    const hosts = (KAFKA_BROKERS?.split(",") ?? []).map((broker) => broker.replace(/:\d+$/, ""));
    problems.push(...plainProblems("Kafka's password", hosts, "KAFKA_TLS=on"));
  }
  return problems;
};

/** How to connect as configured. Called with KAFKA_BROKERS only. */
export const kafkaConnection = (config: KafkaConfig): KafkaConnection => {
  const { KAFKA_BROKERS, KAFKA_TLS, KAFKA_USER: username, KAFKA_PASSWORD: password, KAFKA_SASL } = config;
  return {
    brokers: KAFKA_BROKERS?.split(",") ?? [],
    ...(KAFKA_TLS === "on" && { tls: tlsMaterial(config.KAFKA_CA, config.KAFKA_CERT, config.KAFKA_KEY) }),
    ...(username !== undefined &&
      password !== undefined && { sasl: { mechanism: KAFKA_SASL, username, password } }),
  };
};
