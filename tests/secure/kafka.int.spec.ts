import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "../../actors/ports.ts";
import { kafkaConnection } from "../../deploy/connections/kafka.ts";
import { grantKafkaAccess } from "../../deploy/kafka/grant.ts";
import type { KeyPair } from "../../deploy/servers/certificates.ts";
import { createAuthority } from "../../deploy/servers/certificates.ts";
import type { KafkaHandle } from "../../deploy/servers/kafka.ts";
import { installServers, startKafka } from "../../deploy/servers/mod.ts";
import { createSecurity, type Security } from "../../deploy/servers/security.ts";
import { readSettlementConfig } from "../../deploy/settlement-config.ts";
import { createKafkaClient } from "../../settlement/log/kafka-client.ts";
import { type KafkaClient, openKafkaProducer } from "../../settlement/log/open-producer.ts";
import { createKafkaLog } from "../../settlement/log.kafka.ts";
import { DEAD_TOPIC, ROWS_TOPIC } from "../../settlement/poller/mod.ts";
import type { LogRecord, RecordLog } from "../../settlement/ports.ts";
import { rejection } from "../contract/bus-fixtures.ts";
import { badPairs, secretsOf } from "./material.ts";
import { runCommand } from "./run.ts";

const START_MS = 15 * 60_000;
const TEST_MS = 90_000;
const PARTITIONS = 4;

let kafka: KafkaHandle;
let security: Security;
let own: KeyPair;
let stranger: string;
const opened: RecordLog[] = [];

beforeAll(async () => {
  await installServers({ kafka: true });
  security = await createSecurity();
  stranger = (await createAuthority()).ca;
  own = await security.authority.issue({ name: "client" });
  const { expired, foreign } = await badPairs(security);
  const { ca } = security.authority;
  kafka = await startKafka({
    secure: {
      ...security.kafka,
      tls: { ...security.kafka.tls, clientCa: ca },
      doors: [expired, foreign, "plain"],
    },
  });
  await grantKafkaAccess(kafkaConnection(configOf("admin")), PARTITIONS);
}, START_MS);
afterAll(async () => {
  await Promise.all(opened.map((log) => log.close()));
  await kafka?.stop();
}, TEST_MS);

/** As the environment would set it for a user. */
const configOf = (user: string, env: Readonly<Record<string, string | undefined>> = {}) =>
  readSettlementConfig({
    KAFKA_BROKERS: kafka.url,
    KAFKA_TLS: "on",
    KAFKA_CA: security.authority.ca,
    KAFKA_CERT: own.cert,
    KAFKA_KEY: own.key,
    KAFKA_USER: user,
    KAFKA_PASSWORD: security.passwords.kafka[user] ?? "",
    ...env,
  });

const openAs = (...[user, env]: Parameters<typeof configOf>): RecordLog => {
  const config = configOf(user, env);
  const log = createKafkaLog({ ...kafkaConnection(config), client: config.KAFKA_CLIENT, retries: 2 });
  opened.push(log);
  return log;
};

const oneRecord = [{ key: "k", value: Buffer.from("v") }];

const someRecords = (key: string): LogRecord[] =>
  ["one", "two", "three"].map((value) => ({ key, value: Buffer.from(value) }));

/** How many records a user reads by a group until it has none left. */
const readAll = async (log: RecordLog, group: string, topic = ROWS_TOPIC): Promise<number> => {
  let count = 0;
  const done = Promise.withResolvers<void>();
  const consumption = await log.consume({ topic, group, maxBatch: 100 }, async (batch) => {
    count += batch.length;
    if ((await log.lag(topic, group)) - batch.length <= 0) done.resolve();
  });
  await Promise.race([done.promise, consumption.ended]);
  await consumption.stop();
  return count;
};

describe("rights", () => {
  test.each([
    ["platformatic", "scram-sha-512"],
    ["platformatic", "plain"],
    ["kafkajs", "scram-sha-512"],
    ["kafkajs", "plain"],
  ])(
    "produce_isAcknowledged_pollerBy %s and %s",
    async (client, mechanism) => {
      const log = openAs("poller", { KAFKA_CLIENT: client, KAFKA_SASL: mechanism });
      await log.ready();
      await log.produce(ROWS_TOPIC, someRecords(`${client} ${mechanism}`));
    },
    TEST_MS,
  );

  test(
    "consume_bringsEachDepartmentAllRows_byItsOwnGroup",
    async () => {
      const counts = await Promise.all(
        ["order-ledger", "settlement-ledger", "accounting"].map((user) =>
          readAll(openAs(user), `jumun.${user}`),
        ),
      );
      expect(counts).toEqual([12, 12, 12]);
      await openAs("accounting").produce(DEAD_TOPIC, someRecords("unreadable"));
    },
    TEST_MS,
  );

  test.each([
    [
      "a department writes no rows",
      "accounting",
      (log: RecordLog) => log.produce(ROWS_TOPIC, someRecords("k")),
    ],
    [
      "the poller writes no dead letters",
      "poller",
      (log: RecordLog) => log.produce(DEAD_TOPIC, someRecords("k")),
    ],
    ["nobody writes elsewhere", "poller", (log: RecordLog) => log.produce("of.others", someRecords("k"))],
  ] as const)(
    "call_isRefused: %s",
    async (_, user, call) => {
      expect(await rejection(call(openAs(user)))).toMatchObject({
        code: "CREDENTIALS_REFUSED",
        retryable: false,
      });
    },
    TEST_MS,
  );

  test.each([
    ["a department by the group of another", "accounting", "jumun.order-ledger", ROWS_TOPIC],
    ["a department what others put aside", "accounting", "jumun.accounting", DEAD_TOPIC],
    ["the poller what it wrote", "poller", "jumun.accounting", ROWS_TOPIC],
  ] as const)(
    "read_isRefused: %s",
    async (_, user, groupId, topic) => {
      const client = createKafkaClient(kafkaConnection(configOf(user)), silentLog, 0);
      const consumer = client.consumer({
        groupId,
        retry: { retries: 0, restartOnFailure: async () => false },
      });
      const crash = Promise.withResolvers<Error>();
      let records = 0;
      consumer.on(consumer.events.CRASH, ({ payload }) => crash.resolve(payload.error));
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      const eachMessage = async () => {
        records += 1;
      };
      await consumer.run({ eachMessage }).catch(crash.resolve);
      // kafkajs does not say that it is the group that is refused.
      expect((await crash.promise).message).toMatch(/not authorized|failed to find group coordinator/i);
      await consumer.disconnect();
      expect(records).toBe(0);
    },
    TEST_MS,
  );
});

/** What one case changes of what is right. */
type Change = () => Readonly<Record<string, string | undefined>>;
const refusals: readonly (readonly [string, Change, string])[] = [
  ["a wrong password", () => ({ KAFKA_PASSWORD: "wrong" }), "CREDENTIALS_REFUSED"],
  [
    "a wrong password by PLAIN",
    () => ({ KAFKA_PASSWORD: "wrong", KAFKA_SASL: "plain" }),
    "CREDENTIALS_REFUSED",
  ],
  ["an authority that is not trusted", () => ({ KAFKA_CA: stranger }), "CONNECTION_INSECURE"],
  ["the system's authorities only", () => ({ KAFKA_CA: undefined }), "CONNECTION_INSECURE"],
  ["an expired certificate", () => ({ KAFKA_BROKERS: kafka.doors[0] }), "CONNECTION_INSECURE"],
  ["a certificate of another host", () => ({ KAFKA_BROKERS: kafka.doors[1] }), "CONNECTION_INSECURE"],
  ["a broker without TLS", () => ({ KAFKA_BROKERS: kafka.doors[2] }), "CONNECTION_INSECURE"],
];

describe("refusals", () => {
  test.concurrent.each(refusals)(
    "ready_and_produce_areRefused: %s",
    async (_, change, code) => {
      const connection = kafkaConnection(configOf("poller", change()));
      const produceBy = async (client: KafkaClient) => {
        const settings = { retries: 2, compression: "none" } as const;
        const producer = await openKafkaProducer({ client, connection, settings }, silentLog);
        await producer.send(ROWS_TOPIC, oneRecord, PARTITIONS).finally(() => producer.close());
      };
      const found = await Promise.all([
        rejection(openAs("poller", change()).ready()),
        rejection(produceBy("platformatic")),
        rejection(produceBy("kafkajs")),
      ]);
      for (const refusal of found) expect(refusal).toMatchObject({ code, retryable: false });
    },
    TEST_MS,
  );

  test(
    "ready_isRefused_noClientCertificate",
    async () => {
      const log = openAs("poller", { KAFKA_CERT: undefined, KAFKA_KEY: undefined });
      // TLS 1.3 tells of it only after the handshake: the broker hangs up, as one that goes away does.
      expect(await rejection(log.ready())).toMatchObject({
        code: expect.stringMatching(/^(CREDENTIALS_REFUSED|CONNECTION_INSECURE|LOG_UNAVAILABLE)$/),
      });
    },
    TEST_MS,
  );
});

test.each(["platformatic", "kafkajs"])(
  "settle_saysCodeAndNoSecret_wrongPasswordBy %s",
  async (client) => {
    const folder = mkdtempSync(join(tmpdir(), "jumun-secure-"));
    const ended = await runCommand(
      "settle",
      {
        DATA_DIR: folder,
        TOSS_BASE_URL: "http://127.0.0.1:1",
        TOSS_SECRET_KEY: "test_sk_some",
        KAFKA_BROKERS: kafka.url,
        KAFKA_TLS: "on",
        KAFKA_CA: security.authority.ca,
        KAFKA_CERT: own.cert,
        KAFKA_KEY: own.key,
        KAFKA_USER: "poller",
        KAFKA_PASSWORD: "wr0ng-pw",
        KAFKA_CLIENT: client,
      },
      ["--date", "2026-11-20"],
    );
    rmSync(folder, { recursive: true, force: true });
    expect(ended.output).toContain("CREDENTIALS_REFUSED: Kafka");
    expect(ended.exitCode).toBe(78);
    for (const secret of ["wr0ng-pw", "PRIVATE KEY", ...secretsOf(security)]) {
      expect(ended.output).not.toContain(secret);
    }
  },
  TEST_MS,
);
