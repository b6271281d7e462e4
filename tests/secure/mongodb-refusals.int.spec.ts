import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createMongoStore } from "../../actors/store.mongo.ts";
import { createAuthority, type KeyPair } from "../../deploy/servers/certificates.ts";
import { installServers, type ServerHandle, startFerretdb, startPostgres } from "../../deploy/servers/mod.ts";
import { createSecurity, type Security, SHOP } from "../../deploy/servers/security.ts";
import { createMongoLedgers } from "../../settlement/ledgers.mongo.ts";
import { createMongoRunStore } from "../../settlement/run-store.mongo.ts";
import { rejection, until } from "../contract/bus-fixtures.ts";
import { badPairs } from "./material.ts";

const TEST_MS = 90_000;

/** Servers that differ in their certificates alone; `demanding` wants to see ours, `plain` has none. */
const kinds = ["good", "expired", "foreign", "demanding", "plain"] as const;
type Kind = (typeof kinds)[number];

let security: Security;
let postgres: ServerHandle;
const servers = new Map<Kind, ServerHandle>();
const folder = mkdtempSync(join(tmpdir(), "jumun-secure-"));
const file = (name: string) => join(folder, name);

beforeAll(async () => {
  await installServers({ mongodb: true });
  security = await createSecurity();
  const { authority, mongodb } = security;
  const own = await authority.issue({ name: "client" });
  await writeFile(file("own.pem"), own.cert + own.key);
  await writeFile(file("stranger.pem"), (await createAuthority()).ca);
  const pairs = await badPairs(security);
  postgres = await startPostgres();
  const start = async (kind: Kind) => {
    const tls = {
      ...mongodb.tls,
      ...(kind === "expired" || kind === "foreign" ? pairs[kind] : {}),
      ...(kind === "demanding" && { clientCa: authority.ca }),
    };
    const secure = kind === "plain" ? undefined : { ...mongodb, tls };
    servers.set(kind, await startFerretdb({ postgresUrl: postgres.url, secure }));
  };
  await Promise.all(kinds.map(start));
}, 15 * 60_000);
afterAll(async () => {
  await Promise.all([...servers.values()].map((server) => server.stop()));
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
}, TEST_MS);

/** A connection string as an operator writes it: what a case changes, it changes in the text. */
const urlOf = (kind: Kind, password = security.passwords.mongodb): string => {
  const url = servers.get(kind)?.url ?? "";
  const options = "authSource=admin&authMechanism=SCRAM-SHA-256&serverSelectionTimeoutMS=2000";
  return `${url.replace("://", `://${SHOP}:${password}@`)}${url.includes("?") ? "&" : "?tls=true&"}${options}`;
};

/** One for each server: they share a PostgreSQL, and know nothing of what another makes there. */
const databaseOf = (url: string) => `of-${/:(\d+)\//.exec(url)?.[1]}`;

const openers = {
  orders: (url: string, startTimeoutMs: number) =>
    createMongoStore({ url, startTimeoutMs, database: databaseOf(url) }),
  ledgers: (url: string, startTimeoutMs: number) =>
    createMongoLedgers({ url, startTimeoutMs, database: databaseOf(url) }),
  checkpoints: (url: string, startTimeoutMs: number) =>
    createMongoRunStore({ url, startTimeoutMs, database: databaseOf(url) }),
};
const stores = Object.keys(openers) as (keyof typeof openers)[];

describe.each(stores)("%s", (store) => {
  test(
    "open_works_byTlsAndPasswordAndClientCertificate",
    async () => {
      for (const url of [urlOf("good"), `${urlOf("demanding")}&tlsCertificateKeyFile=${file("own.pem")}`]) {
        await (await openers[store](url, 20_000)).close();
      }
    },
    TEST_MS,
  );

  test(
    "open_isRefused_wrongPassword",
    async () => {
      const refusal = await rejection(openers[store](urlOf("good", "wr0ng"), 20_000));
      expect(refusal).toMatchObject({ code: "CREDENTIALS_REFUSED", retryable: false });
      expect(String(refusal)).not.toContain("wr0ng");
    },
    TEST_MS,
  );
});

const withCa = (url: string, ca: string) => url.replace(/tlsCAFile=[^&]*/, ca);

test.concurrent.each([
  [
    "no user",
    () =>
      urlOf("good")
        .replace(/\/\/[^@]*@/, "//")
        .replace(/&auth[^&]*/g, ""),
    "CREDENTIALS_REFUSED",
  ],
  [
    "an authority that is not trusted",
    () => withCa(urlOf("good"), `tlsCAFile=${file("stranger.pem")}`),
    "CONNECTION_INSECURE",
  ],
  ["the system's authorities only", () => withCa(urlOf("good"), "appName=a"), "CONNECTION_INSECURE"],
  ["an expired certificate", () => urlOf("expired"), "CONNECTION_INSECURE"],
  ["a certificate of another host", () => urlOf("foreign"), "CONNECTION_INSECURE"],
  ["no client certificate", () => urlOf("demanding"), "CREDENTIALS_REFUSED"],
  // It hangs up on what it takes for nonsense, as one that is just being restarted does.
  ["a server without TLS", () => urlOf("plain"), "STORE_UNAVAILABLE"],
] as const)(
  "open_isRefused: %s",
  async (_, url, code) => {
    const refusal = await rejection(openers.orders(url(), 3_000));
    expect(refusal).toMatchObject({ code });
    expect(String(refusal)).not.toContain(security.passwords.mongodb);
  },
  TEST_MS,
);

test(
  "ready_saysWhy_serverComesBackWithAnExpiredCertificate",
  async () => {
    const server = servers.get("good");
    if (!server) throw new Error("no server");
    const store = await createMongoStore({ url: urlOf("good") });
    await store.ready();
    const restartWith = async ({ cert, key }: KeyPair) => {
      await writeFile(join(dirname(server.logFile), "server-cert.pem"), cert);
      await writeFile(join(dirname(server.logFile), "server-key.pem"), key);
      await server.restart();
    };
    await restartWith((await badPairs(security)).expired);
    // Away as any store is: no command is given up over it.
    await until(async () => {
      const refusal = await rejection(store.ready());
      expect(refusal).toMatchObject({ code: "STORE_UNAVAILABLE", retryable: true });
      return String(refusal).includes("CONNECTION_INSECURE: its certificate has expired");
    });
    await restartWith(security.mongodb.tls);
    await until(() =>
      store.ready().then(
        () => true,
        () => false,
      ),
    );
    await store.close();
  },
  TEST_MS,
);
