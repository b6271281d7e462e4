import { afterAll, beforeAll, expect, test } from "bun:test";
import type { OrderWrite } from "../../actors/ports.ts";
import { until } from "./eventually.ts";
import { seedOrders } from "./seed.ts";
import { openShop, type Shop } from "./shop.ts";
import { onEachStack } from "./stacks.ts";

onEachStack("200 lost compare-and-set races in one bulk", (stack) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(stack, { runtime: { lanes: 1 } });
  });
  afterAll(() => shop?.close());

  test("commands_endOnceEach_anotherWriterWasFasterForAll", async () => {
    const orderIds = await seedOrders(shop, 200);
    const { storeFaults, store, client } = shop.node;
    const changeThemAll = async (writes: readonly OrderWrite[]) => {
      const stored = await store.load(writes.map((write) => write.document.orderId));
      const others = [...stored.values()].map((document) => ({
        document: { ...document, version: document.version + 1 },
        expectedVersion: document.version,
      }));
      expect((await store.commit(others)).size).toBe(200);
    };

    const hold = storeFaults.holdCommits();
    const before = shop.place({ tea: [1, 1_000] });
    await hold.reached;
    const sent = orderIds.map((id) =>
      client.submit(shop.tell(id).command("cancellation.request", { reason: "all of them" }), 15_000),
    );
    await until("all wait", () => shop.node.runtime.stats().queued > 200);
    storeFaults.beforeCommitOf(200, changeThemAll);
    hold.release();
    await before;

    for (const outcome of await Promise.all(sent)) {
      expect(outcome).toMatchObject({ status: "done", reply: { ok: true, event: "order.canceled" } });
    }
    for (const { version, history } of (await store.load(orderIds)).values()) {
      expect(version).toBe(3); // placed, the other writer's, and the cancellation's one
      expect(history.map((entry) => entry.type)).toEqual(["order.placed", "order.canceled"]);
    }
  });
});
