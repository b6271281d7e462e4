import { afterAll, beforeAll, expect, test } from "bun:test";
import { orderIdOf } from "../../actors/command.ts";
import type { OrderDocument } from "../../actors/document.ts";
import type { StoredSnapshot } from "../../machines/mod.ts";
import { until } from "./eventually.ts";
import { seedOrders } from "./seed.ts";
import { openShop, type Shop } from "./shop.ts";
import { onEachStack } from "./stacks.ts";

onEachStack("one poison command among 127 good ones", (stack) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(stack, { runtime: { lanes: 1 } });
  });
  afterAll(() => shop?.close());

  const load = async (orderId: string): Promise<OrderDocument> => {
    const document = (await shop.node.store.load([orderId])).get(orderId);
    if (!document) throw new Error(`There is no ${orderId}.`);
    return document;
  };
  const rewrite = async (orderId: string, change: Partial<OrderDocument>): Promise<void> => {
    const { version, ...document } = await load(orderId);
    const next = { ...document, ...change, version: version + 1 };
    expect(await shop.node.store.commit([{ document: next, expectedVersion: version }])).toContain(orderId);
  };
  const foreign = { machine: "parcel", version: 1, value: "sent", context: {} } as unknown as StoredSnapshot;

  test("others_areStored_poisonIsADeadLetterUntilItsOrderIsMended", async () => {
    const orderIds = await seedOrders(shop, 128);
    const poisoned = orderIds[63] ?? "";
    const { snapshot } = await load(poisoned);
    await rewrite(poisoned, { snapshot: foreign });

    const commands = orderIds.map((id) =>
      shop.tell(id).command("cancellation.request", { reason: "all of them" }),
    );
    const hold = shop.node.storeFaults.holdCommits();
    const before = shop.place({ tea: [1, 1_000] });
    await hold.reached;
    const sent = commands.map((command) =>
      shop.node.client.submit(command, command.orderId === poisoned ? 1 : 15_000),
    );
    await until("all wait", () => shop.node.runtime.stats().queued > 128);
    hold.release();
    await before;

    const outcomes = await Promise.all(sent);
    const stored = outcomes.filter((outcome) => outcome.status === "done" && outcome.reply.ok);
    expect(stored).toHaveLength(127);
    expect(Math.max(...shop.node.storeFaults.commits.map((writes) => writes.length))).toBe(127);

    const dead = commands[63]?.id ?? "";
    const statusOf = async () => (await shop.node.get(`/commands/${dead}`)).body;
    await until("the poison is a dead letter", async () => (await statusOf()).status === "dead");
    expect(await statusOf()).toMatchObject({ reason: expect.stringContaining("parcel") });
    const { body } = await shop.node.get("/dead-letters");
    expect(body.deadLetters).toMatchObject([{ commandId: dead, orderId: orderIdOf(dead) }]);
    expect((await load(poisoned)).snapshot).toMatchObject({ machine: "parcel" });

    await rewrite(poisoned, { snapshot });
    expect((await shop.node.post(`/dead-letters/${dead}/retry`)).status).toBe(202);
    await until("it ran", async () => (await statusOf()).status === "done");
    expect((await load(poisoned)).state).toBe("canceled");
    expect((await shop.node.get("/dead-letters")).body.deadLetters).toEqual([]);
  });
});
