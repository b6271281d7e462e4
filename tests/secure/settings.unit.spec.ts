import { beforeAll, describe, expect, test } from "bun:test";
import { readConfig } from "../../deploy/config.ts";
import { natsConnection } from "../../deploy/connections/nats.ts";
import { redact } from "../../deploy/redact.ts";
import { createAuthority } from "../../deploy/servers/certificates.ts";
import { ConfigError } from "../../deploy/settings.ts";
import { readSettlementConfig } from "../../deploy/settlement-config.ts";

const PEM: Record<"ca" | "cert" | "key" | "otherKey" | "expired" | "expiredKey", string> = {
  ca: "",
  cert: "",
  key: "",
  otherKey: "",
  expired: "",
  expiredKey: "",
};
beforeAll(async () => {
  const authority = await createAuthority();
  const [own, other, expired] = await Promise.all([
    authority.issue({ name: "own" }),
    authority.issue({ name: "other" }),
    authority.issue({ name: "expired", expires: new Date(0) }),
  ]);
  Object.assign(PEM, { ca: authority.ca, cert: own.cert, key: own.key, otherKey: other.key });
  Object.assign(PEM, { expired: expired.cert, expiredKey: expired.key });
});

type Settings = () => Readonly<Record<string, string>>;

const problemsOf = (read: () => unknown): readonly string[] => {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
};

const SHOP = { TOSS_SECRET_KEY: "test_sk_some", AUTH: "dev", MONGODB_URL: "mongodb://127.0.0.1/" };
const SECRET = "s3cret-pw";

describe("the shop's settings", () => {
  const accepted: readonly (readonly [string, Settings])[] = [
    [
      "a plain server on loopback with a password",
      () => ({ NATS_URL: "nats://127.0.0.1:4222", NATS_USER: "all", NATS_PASSWORD: SECRET }),
    ],
    [
      "TLS with everything",
      () => ({
        NATS_URL: "tls://nats.example:4222",
        NATS_CA: PEM.ca,
        NATS_CERT: PEM.cert,
        NATS_KEY: PEM.key,
        NATS_USER: "all",
        NATS_PASSWORD: SECRET,
      }),
    ],
    [
      "MongoDB by TLS",
      () => ({ MONGODB_URL: `mongodb://shop:${SECRET}@db.example/?tls=true&tlsCAFile=/ca.pem` }),
    ],
    ["MongoDB by DNS, which means TLS", () => ({ MONGODB_URL: `mongodb+srv://shop:${SECRET}@db.example/` })],
  ];
  test.each(accepted)("readConfig_accepts: %s", (_, settings) => {
    expect(problemsOf(() => readConfig({ ...SHOP, ...settings() }))).toEqual([]);
  });

  const refused: readonly (readonly [string, Settings, string])[] = [
    [
      "a certificate without its key",
      () => ({ NATS_URL: "tls://nats", NATS_CERT: PEM.cert }),
      "NATS_CERT needs NATS_KEY",
    ],
    [
      "a key without its certificate",
      () => ({ NATS_URL: "tls://nats", NATS_KEY: PEM.key }),
      "NATS_KEY needs NATS_CERT",
    ],
    [
      "the key of another certificate",
      () => ({ NATS_URL: "tls://nats", NATS_CERT: PEM.cert, NATS_KEY: PEM.otherKey }),
      "NATS_KEY is not the key",
    ],
    [
      "an expired certificate",
      () => ({ NATS_URL: "tls://nats", NATS_CERT: PEM.expired, NATS_KEY: PEM.expiredKey }),
      "NATS_CERT has expired",
    ],
    [
      "an authority that is none",
      () => ({ NATS_URL: "tls://nats", NATS_CA: PEM.key }),
      "NATS_CA has no certificate",
    ],
    [
      "an authority without TLS",
      () => ({ NATS_URL: "nats://nats", NATS_CA: PEM.ca }),
      "NATS_CA needs NATS_URL=tls://",
    ],
    ["servers with TLS and without", () => ({ NATS_URL: "tls://a,nats://b" }), "with TLS and without"],
    [
      "a user without a password",
      () => ({ NATS_URL: "tls://nats", NATS_USER: "all" }),
      "NATS_USER needs NATS_PASSWORD",
    ],
    [
      "two ways to log in",
      () => ({ NATS_URL: `tls://all:${SECRET}@nats`, NATS_USER: "all", NATS_PASSWORD: SECRET }),
      "don't go together",
    ],
    [
      "NATS' password over the network",
      () => ({ NATS_URL: "nats://nats.example:4222", NATS_USER: "all", NATS_PASSWORD: SECRET }),
      "nats.example in clear text",
    ],
    [
      "the password of NATS' URL over the network",
      () => ({ NATS_URL: `nats://all:${SECRET}@10.0.0.1:4222` }),
      "10.0.0.1 in clear text",
    ],
    [
      "MongoDB's password over the network",
      () => ({ MONGODB_URL: `mongodb://shop:${SECRET}@127.0.0.1,db.example:27017/` }),
      "db.example in clear text",
    ],
    [
      "TLS that takes any certificate",
      () => ({ MONGODB_URL: "mongodb://db/?tls=true&tlsAllowInvalidCertificates=true" }),
      "tlsallowinvalidcertificates",
    ],
    ["TLS that takes any host", () => ({ MONGODB_URL: "mongodb+srv://db/?tlsInsecure=true" }), "tlsinsecure"],
    [
      "an authority for MongoDB without TLS",
      () => ({ MONGODB_URL: "mongodb://db/?tlsCAFile=/ca.pem" }),
      "not tls=true",
    ],
  ];
  test.each(refused)("readConfig_refuses: %s", (_, settings, text) => {
    const problems = problemsOf(() => readConfig({ ...SHOP, ...settings() }));
    expect(problems.join("\n")).toContain(text);
    expect(problems.join("\n")).not.toContain(SECRET);
  });

  test("readConfig_namesEveryProblem_severalServersAreWrong", () => {
    const problems = problemsOf(() =>
      readConfig({
        ...SHOP,
        NATS_URL: "nats://nats.example",
        NATS_CA: PEM.ca,
        NATS_USER: "all",
        NATS_PASSWORD: SECRET,
        MONGODB_URL: `mongodb://shop:${SECRET}@db.example/`,
      }),
    );
    expect(problems).toHaveLength(3);
  });
});

describe("settlement's settings", () => {
  const KAFKA = { KAFKA_BROKERS: "kafka.example:9092" };
  const refused: readonly (readonly [string, Settings, string])[] = [
    [
      "Kafka's password over the network",
      () => ({ ...KAFKA, KAFKA_USER: "poller", KAFKA_PASSWORD: SECRET }),
      "kafka.example in clear text",
    ],
    ["an authority without TLS", () => ({ ...KAFKA, KAFKA_CA: PEM.ca }), "KAFKA_CA needs KAFKA_TLS=on"],
    [
      "a key without its certificate",
      () => ({ ...KAFKA, KAFKA_TLS: "on", KAFKA_KEY: PEM.key }),
      "KAFKA_KEY needs KAFKA_CERT",
    ],
    [
      "a password without a user",
      () => ({ ...KAFKA, KAFKA_TLS: "on", KAFKA_PASSWORD: SECRET }),
      "KAFKA_PASSWORD needs KAFKA_USER",
    ],
    [
      "the registry's password over the network",
      () => ({ SCHEMA_REGISTRY_URL: `http://shop:${SECRET}@registry.example` }),
      "registry.example in clear text",
    ],
    [
      "the registry's authority without TLS",
      () => ({ SCHEMA_REGISTRY_URL: "http://registry", SCHEMA_REGISTRY_CA: PEM.ca }),
      "SCHEMA_REGISTRY_CA needs",
    ],
  ];
  test.each(refused)("readSettlementConfig_refuses: %s", (_, settings, text) => {
    const problems = problemsOf(() => readSettlementConfig(settings()));
    expect(problems.join("\n")).toContain(text);
    expect(problems.join("\n")).not.toContain(SECRET);
  });
});

test("natsConnection_usesTheNkey_ofTheSettings", () => {
  const NATS_NKEY = `SU${"A".repeat(56)}`;
  const config = readConfig({ ...SHOP, NATS_URL: "nats://nats.example", NATS_NKEY });
  expect(natsConnection(config)).toMatchObject({ credentials: { nkeySeed: NATS_NKEY } });
});

test.each([
  ["mongodb://shop:pw@db/ failed", "mongodb://[redacted]@db/ failed"],
  ["tls://gateway:p%40w@nats:4222, tls://x@y", "tls://[redacted]@nats:4222, tls://[redacted]@y"],
  ["https://registry/a@b and someone@example.com", "https://registry/a@b and someone@example.com"],
  ["mongodb://shop:p/w?x#y@z@db:27017/", "mongodb://[redacted]@db:27017/"],
  ["nats://a:1,tls://u:p@b:2", "nats://a:1,tls://[redacted]@b:2"],
  ["https://registry:8081/@scope/name", "https://registry:8081/@scope/name"],
  ["authorization: Bearer abc.DEF-123_456.789~0", "authorization: Bearer [redacted]"],
  ["Basic dGVzdF9za19zZWNyZXQ6 was refused", "Basic [redacted] was refused"],
  ["a token eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJraW0ifQ.c2ln in a text", "a token [redacted] in a text"],
  ["live_sk_zXLkKEypNArWmo50nX3lmeaxYG5R, test_gsk_abc", "[redacted], [redacted]"],
  ["Basic authentication and Bearer <token> are words", "Basic authentication and Bearer <token> are words"],
])("redact_takesSecretsOut_andNothingElse: %s", (text, redacted) => {
  expect(redact(text)).toBe(redacted);
});

test("redact_takesNoTime_manyBeginningsAndNoEnd", () => {
  const began = performance.now();
  redact("a://b:c".repeat(20_000));
  expect(performance.now() - began).toBeLessThan(2_000);
});

test.each(["0", "false"])("settings_areRefused_certificatesUncheckedByTheEnvironment: %s", (said) => {
  const problems = problemsOf(() => readConfig({ ...SHOP, NODE_TLS_REJECT_UNAUTHORIZED: said }));
  expect(problems.join()).toContain("NODE_TLS_REJECT_UNAUTHORIZED");
});
