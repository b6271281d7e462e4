import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEmbeddedBus } from "../../actors/bus.embedded.ts";
import { createOrderClient } from "../../actors/client.ts";
import { systemClock } from "../../actors/ports.ts";
import { createRuntime } from "../../actors/runtime/mod.ts";
import { createToss } from "../../actors/toss.ts";
import { devCaller } from "../../gateway/auth/dev.ts";
import { createGateway, type Gateway } from "../../gateway/mod.ts";
import type { OrderView } from "../../gateway/schemas/order.ts";
import { createOrderDomain, defaultPolicy } from "../../machines/mod.ts";
import { storeAdapters } from "../contract/store-adapters.ts";
import { createLogBook, orderBody } from "./lab.ts";

/** A shop over a store, asked without a socket. */
const openShop = async (adapter: (typeof storeAdapters)[number]) => {
  const folder = await mkdtemp(join(tmpdir(), "jumun-hostile-"));
  const world = await adapter.create();
  const store = await world.open();
  const bus = await createEmbeddedBus({ path: join(folder, "bus.sqlite") });
  const { log, lines } = createLogBook();
  const domain = createOrderDomain(defaultPolicy);
  const toss = createToss({ baseUrl: "http://127.0.0.1:9", secretKey: "test_sk_none", log });
  const runtime = createRuntime({ domain, store, bus, toss, clock: systemClock, log });
  await runtime.start();
  const gateway: Gateway = createGateway({
    client: createOrderClient({ domain, store, bus }),
    log,
    clock: systemClock,
    callerOf: devCaller,
  });
  const ask = async (path: string, init?: RequestInit) => {
    const response = await gateway.handle(new Request(`http://localhost${path}`, init));
    return { status: response.status, text: await response.text() };
  };
  return {
    lines,
    get: (path: string) => ask(path),
    post: (path: string, body: unknown) =>
      ask(path, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": crypto.randomUUID() },
        body: JSON.stringify(body),
      }),
    async close() {
      await runtime.stop();
      await bus.close();
      await world.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** What MongoDB, SQL and JavaScript would read as more than a value. */
const operators = [
  { $ne: "" },
  { $gt: "" },
  { $regex: ".*" },
  { $where: "1" },
  { $in: ["c-1"] },
  ["c-1"],
  1,
  true,
];
const texts = [
  "c-1' OR '1'='1",
  'c-1" OR 1=1 --',
  "'; DROP TABLE orders; --",
  "c-1%' --",
  "$ne",
  '{"$ne":""}',
  "%",
  "_",
];

describe.each(storeAdapters.map((adapter) => [adapter.name, adapter] as const))(
  "hostile input on %s",
  (_, adapter) => {
    let shop: Awaited<ReturnType<typeof openShop>>;
    const ids: string[] = [];

    beforeAll(async () => {
      shop = await openShop(adapter);
      for (const id of ["c-1", "c-2", "c-2"]) {
        const placed = await shop.post("/orders", { ...orderBody, customer: { ...orderBody.customer, id } });
        expect(placed.status).toBe(201);
        ids.push((JSON.parse(placed.text) as OrderView).orderId);
      }
    }, 60_000);
    afterAll(() => shop.close());

    const found = async (query: string) => {
      const { status, text } = await shop.get(`/orders?${query}`);
      return status === 200
        ? (JSON.parse(text) as { orders: OrderView[] }).orders.map(({ orderId }) => orderId)
        : status;
    };

    test("orders_areFoundByValueOnly_operatorsInTheQuery", async () => {
      expect(await found("customerId=c-1")).toEqual([String(ids[0])]);
      for (const name of ["customerId", "state", "paymentKey", "cursor", "placedFrom"]) {
        for (const operator of ["$ne", "$gt", "$regex", "$where", "$exists", ""]) {
          expect({ name, operator, found: await found(`${name}[${operator}]=x`) }).toEqual({
            name,
            operator,
            found: 400,
          });
          const encoded = encodeURIComponent(JSON.stringify({ [operator]: "" }));
          expect({ name, operator, found: await found(`${name}=${encoded}`) }).toEqual({
            name,
            operator,
            found: 400,
          });
        }
      }
      for (const text of texts)
        expect(await found(`customerId=${encodeURIComponent(text)}`)).toEqual(text === "_" ? [] : 400);
    });

    test("bodies_areValuesOnly_operatorsInThem", async () => {
      const [orderId = ""] = ids;
      for (const value of operators) {
        const bodies: [string, object][] = [
          ["/orders", { ...orderBody, customer: { ...orderBody.customer, id: value } }],
          ["/orders", { ...orderBody, lines: [{ ...orderBody.lines[0], productId: value }] }],
          [`/orders/${orderId}/payment`, { paymentKey: value, amount: 39_000 }],
          [`/orders/${orderId}/cancellations`, { reason: "x", lines: [{ productId: value, quantity: 1 }] }],
          [`/orders/${orderId}/purchase-confirmation`, { lines: [{ productId: value, quantity: 1 }] }],
        ];
        for (const [path, body] of bodies) {
          expect({ path, body, status: (await shop.post(path, body)).status }).toEqual({
            path,
            body,
            status: 400,
          });
        }
        const data = { orderId: value, paymentKey: value, status: "DONE" };
        const webhook = { eventType: "PAYMENT_STATUS_CHANGED", createdAt: "2026-11-23T10:00:00", data };
        expect((await shop.post("/webhooks/toss", webhook)).status).toBe(400);
      }
      const { text } = await shop.get(`/orders/${orderId}`);
      expect(JSON.parse(text)).toMatchObject({ state: "ordered", version: 1 });
    });

    test("paths_areIdsOnly_operatorsInThem", async () => {
      for (const text of [...texts, "c-1[$ne]", "..", "o-1/../o-2"]) {
        const id = encodeURIComponent(text);
        for (const path of [
          `/orders/${id}`,
          `/orders/${id}/history`,
          `/commands/${id}`,
          `/orders/${id}/events`,
        ]) {
          expect([400, 404]).toContain((await shop.get(path)).status);
        }
      }
    });

    test("cursor_showsNoMoreThanItsQuery_tamperedWith", async () => {
      const { text } = await shop.get("/orders?customerId=c-2&limit=1");
      const { nextCursor } = JSON.parse(text) as { nextCursor: string };
      expect(await found(`customerId=c-2&limit=1&cursor=${nextCursor}`)).toEqual([String(ids[1])]);
      // The cursor of one's own list says where to go on, never whose orders to show.
      expect(await found(`customerId=c-1&cursor=${nextCursor}`)).toEqual([String(ids[0])]);
      const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
      const tampered = [
        nextCursor.slice(1),
        `${nextCursor}AAAA`,
        encode({ $gt: "" }),
        encode([{ $gt: "" }, { $ne: "" }]),
        encode({ placedAt: { $ne: "" }, orderId: { $ne: "" } }),
        encode({ at: "' OR 1=1 --", id: "x" }),
        encode("__proto__"),
        encode(null),
        "AAAA",
      ];
      for (const cursor of tampered) {
        const orders = await found(`customerId=c-2&cursor=${cursor}`);
        if (typeof orders === "number") expect(orders).toBe(400);
        else for (const id of orders) expect([ids[1], ids[2]]).toContain(id);
      }
      expect(shop.lines.filter(({ level }) => level === "error")).toEqual([]);
    });
  },
);
