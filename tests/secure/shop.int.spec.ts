import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installServers, type Servers, startServers } from "../../deploy/servers/mod.ts";
import { prepareSecured, type SettingsByUser, writeSettings } from "../../deploy/servers/secured.ts";
import { createSecurity, type Security } from "../../deploy/servers/security.ts";
import { auditOrder, expectSameAnswers } from "../crash/audit.ts";
import { liveOrder } from "../crash/lives.ts";
import { createRandom } from "../crash/random.ts";
import { inShop, type Shop } from "../crash/shop.ts";

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

const expectNoSecrets = (output: string): void => {
  const { nats, kafka, mongodb, registry } = security.passwords;
  for (const secret of [...Object.values(nats), ...Object.values(kafka), mongodb, registry]) {
    expect(output).not.toContain(secret);
  }
};

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
            expect([...one.logged("error"), ...one.logged("warn")]).toEqual([]);
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
        expect([...one.logged("error"), ...one.logged("warn")]).toEqual([]);
      }),
    TEST_MS,
  );
});
