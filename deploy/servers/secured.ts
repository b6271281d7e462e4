import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeNatsStreams } from "../../actors/bus.nats.ts";
import { kafkaUsers } from "../kafka/access.ts";
import { grantKafkaAccess } from "../kafka/grant.ts";
import { natsRoles } from "../nats/permissions.ts";
import type { Servers } from "./mod.ts";
import { type Security, SHOP } from "./security.ts";

const PARTITIONS = 12;

/** What an administrator does once the servers are up and before anybody else can work: streams, topics and rights. */
export async function prepareSecured({ natsUrl, kafkaBrokers }: Servers, security: Security): Promise<void> {
  const tls = { ca: security.authority.ca };
  if (natsUrl !== undefined) {
    const credentials = { user: "admin", password: security.passwords.nats.admin ?? "" };
    await makeNatsStreams({ urls: [natsUrl], tls, credentials, role: "admin" });
  }
  if (kafkaBrokers !== undefined) {
    const sasl = {
      mechanism: "scram-sha-512",
      username: "admin",
      password: security.kafka.admin.password,
    } as const;
    await grantKafkaAccess({ brokers: [kafkaBrokers], tls, sasl }, PARTITIONS);
  }
}

/** The settings of each part of the shop, by user: `shop` is for what needs no NATS and no Kafka, and in all. */
export type SettingsByUser = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Writes certificates and passwords into files of a folder, and beside them `<user>.env`, which a shell can read or
 * `docker run --env-file` can. Secrets are in files of their own, so that `env` shows none.
 */
export async function writeSettings(
  folder: string,
  servers: Servers,
  { authority, passwords }: Security,
): Promise<SettingsByUser> {
  const put = async (name: string, text: string) => {
    const path = join(folder, name);
    await writeFile(path, `${text}\n`, { mode: 0o600 });
    return path;
  };
  const ca = await put("ca.pem", authority.ca.trim());
  const { natsUrl, mongodbUrl, kafkaBrokers, registryUrl } = servers;
  const shared: Record<string, string> = {};
  if (mongodbUrl !== undefined) {
    const login = `${SHOP}:${passwords.mongodb}`;
    const url = `${mongodbUrl.replace("://", `://${login}@`)}&authSource=admin&authMechanism=SCRAM-SHA-256`;
    shared.MONGODB_URL_FILE = await put("mongodb.url", url);
  }
  if (registryUrl !== undefined) {
    shared.SCHEMA_REGISTRY_URL = registryUrl;
    shared.SCHEMA_REGISTRY_CA_FILE = ca;
    shared.SCHEMA_REGISTRY_USER = SHOP;
    shared.SCHEMA_REGISTRY_PASSWORD_FILE = await put("registry.password", passwords.registry);
  }
  const users: Record<string, Record<string, string>> = { shop: shared };
  for (const role of natsUrl === undefined ? [] : natsRoles) {
    users[role] = {
      ...shared,
      NATS_URL: natsUrl ?? "",
      NATS_CA_FILE: ca,
      NATS_USER: role,
      NATS_PASSWORD_FILE: await put(`nats-${role}.password`, passwords.nats[role] ?? ""),
    };
  }
  for (const user of kafkaBrokers === undefined ? [] : kafkaUsers) {
    users[user] = {
      ...shared,
      KAFKA_BROKERS: kafkaBrokers ?? "",
      KAFKA_TLS: "on",
      KAFKA_CA_FILE: ca,
      KAFKA_USER: user,
      KAFKA_PASSWORD_FILE: await put(`kafka-${user}.password`, passwords.kafka[user] ?? ""),
    };
  }
  for (const [user, settings] of Object.entries(users)) {
    await put(
      `${user}.env`,
      Object.entries(settings)
        .map(([name, value]) => `${name}=${value}`)
        .join("\n"),
    );
  }
  return users;
}
