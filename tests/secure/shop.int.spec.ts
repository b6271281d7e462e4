import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuthority } from "../../deploy/servers/certificates.ts";
import { installServers, type Servers, startServers } from "../../deploy/servers/mod.ts";
import { prepareSecured, type SettingsByUser, writeSettings } from "../../deploy/servers/secured.ts";
import { createSecurity, type Security, SHOP } from "../../deploy/servers/security.ts";
import { auditOrder, expectSameAnswers } from "../crash/audit.ts";
import { liveOrder } from "../crash/lives.ts";
import { createRandom } from "../crash/random.ts";
import { inShop, type Shop } from "../crash/shop.ts";
import { secretsOf } from "./material.ts";
import { runCommand } from "./run.ts";

const ORDERS = 12;
const START_MS = 15 * 60_000;
const TEST_MS = 120_000;

let servers: Servers;
let security: Security;
let users: SettingsByUser;
const folder = mkdtempSync(join(tmpdir(), "jumun-secure-"));

beforeAll(async () => {
  await installServers({ nats: true, mongodb: true });
  security = await createSecurity();
  servers = await startServers({ nats: true, mongodb: true, secure: security });
  await prepareSecured(servers, security);
  users = await writeSettings(folder, servers, security);
}, START_MS);
afterAll(async () => {
  await servers?.stop();
  rmSync(folder, { recursive: true, force: true });
}, TEST_MS);

const stack = {
  name: "nats+mongodb by TLS",
  settings: ({ name }: { name: string }) => ({ MONGODB_DATABASE: name }),
  clear: async () => {},
};

/** Whole lives of orders over HTTP: placed, paid, confirmed, cancelled, refunded, as chance has it. */
const liveSome = async (shop: Shop): Promise<void> => {
  const random = createRandom(7);
  const orders = await Promise.all(Array.from({ length: ORDERS }, () => liveOrder(shop, random)));
  for (const orderId of orders) await auditOrder(shop, orderId);
  await expectSameAnswers(shop);
};

/** That nobody has to show a token is said at each start, and is no trouble here. */
const troubles = (one: Shop["processes"][number]) =>
  [...one.logged("error"), ...one.logged("warn")].filter(
    ({ msg }) => !/^NO AUTHENTICATION/.test(String(msg)),
  );

const expectNoSecrets = (output: string): void => {
  for (const secret of [...secretsOf(security), ...WRONG]) expect(output).not.toContain(secret);
};

/** Passwords that are wrong are secrets too: they are mostly right somewhere else. */
const WRONG = ["wr0ng-nats-pw", "wr0ng-mongo-pw", "wr0ng%2Fpw"] as const;

describe("a shop on secured servers", () => {
  test(
    "orders_liveTheirWholeLives_gatewayAndRuntimeApartWithTheRightsOfTheirRoles",
    () =>
      inShop(
        stack,
        async (shop) => {
          await shop.start({ env: { ...users.gateway, JUMUN_ROLE: "gateway" } });
          await shop.start({ env: { ...users.runtime, JUMUN_ROLE: "runtime" }, gateway: 1 });
          await liveSome(shop);
          const { body } = (await shop.client.send({ path: "/orders", body: {}, key: "not-an-order" })) ?? {};
          expect(body?.code).toBe("VALIDATION_FAILED");
          expect(await shop.client.get("/dead-letters")).toMatchObject({ deadLetters: [] });
          for (const one of shop.processes) {
            expect(troubles(one)).toEqual([]);
            expectNoSecrets(one.output());
          }
        },
        { gateways: 2 },
      ),
    TEST_MS,
  );

  test(
    "orders_liveTheirWholeLives_oneProcessAsTheUserAll",
    () =>
      inShop(stack, async (shop) => {
        const one = await shop.start({ env: { ...users.all } });
        await liveSome(shop);
        expect(troubles(one)).toEqual([]);
      }),
    TEST_MS,
  );
});

describe("a shop that can't start", () => {
  const base = () => ({
    ...users.gateway,
    AUTH: "dev",
    JUMUN_ROLE: "gateway",
    MONGODB_URL: mongodbUrl(),
    MONGODB_URL_FILE: "",
  });
  const mongodbUrl = (password = security.passwords.mongodb) =>
    `${servers.mongodbUrl?.replace("://", `://${SHOP}:${password}@`)}&authMechanism=SCRAM-SHA-256&authSource=admin`;
  const natsUrl = (login: string, port = servers.natsUrl?.split(":").at(-1)) =>
    `tls://${login}@127.0.0.1:${port}`;
  const noUser = { NATS_USER: "", NATS_PASSWORD: "", NATS_PASSWORD_FILE: "" };
  let stranger = "";
  beforeAll(async () => {
    stranger = (await createAuthority()).ca;
  });

  test.concurrent.each([
    [
      "NATS refuses the password",
      () => ({ NATS_PASSWORD: WRONG[0], NATS_PASSWORD_FILE: "" }),
      78,
      "CREDENTIALS_REFUSED: NATS at",
    ],
    [
      "NATS refuses the password of its URL",
      () => ({ ...noUser, NATS_URL: natsUrl(`gateway:${WRONG[2]}`) }),
      78,
      "CREDENTIALS_REFUSED: NATS at",
    ],
    [
      "nothing answers at NATS' URL",
      () => ({ ...noUser, NATS_URL: natsUrl(`gateway:${WRONG[0]}`, "1") }),
      1,
      "BUS_UNAVAILABLE",
    ],
    [
      "NATS is not trusted",
      () => ({ NATS_CA: stranger, NATS_CA_FILE: "" }),
      78,
      "CONNECTION_INSECURE: NATS at",
    ],
    [
      "MongoDB refuses the password",
      () => ({ MONGODB_URL: mongodbUrl(WRONG[1]) }),
      78,
      "CREDENTIALS_REFUSED: MongoDB",
    ],
    [
      "MongoDB is not trusted",
      () => ({ MONGODB_URL: mongodbUrl().replace(/&?tlsCAFile=[^&]*/, "") }),
      78,
      "CONNECTION_INSECURE: MongoDB",
    ],
    [
      "MongoDB's URL can't be read",
      () => ({ MONGODB_URL: `mongodb://shop:${WRONG[1]}@` }),
      1,
      "STORE_NOT_DURABLE",
    ],
    [
      "passwords would cross the network",
      () => ({
        NATS_URL: "nats://nats.example:4222",
        NATS_CA_FILE: "",
        MONGODB_URL: `mongodb://shop:${WRONG[1]}@db.example/`,
      }),
      78,
      "clear text",
    ],
    [
      "the key of the certificate lacks",
      () => ({ NATS_CERT: security.nats.tls.cert }),
      78,
      "NATS_CERT needs NATS_KEY",
    ],
  ] as const)(
    "main_saysCodeAndRemedyAndNoSecret: %s",
    async (_, change, exitCode, text) => {
      const settings = { TOSS_SECRET_KEY: "test_sk_some", ...base(), ...change() };
      const ended = await runCommand("main", settings);
      expect(ended.output).toContain(text);
      expect(ended.exitCode).toBe(exitCode);
      expectNoSecrets(ended.output);
    },
    TEST_MS,
  );
});
