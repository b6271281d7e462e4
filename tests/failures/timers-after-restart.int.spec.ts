import { afterAll, beforeAll, expect, test } from "bun:test";
import { DAY_MS, MINUTE_MS } from "../../machines/mod.ts";
import { until } from "./eventually.ts";
import { seedOrders } from "./seed.ts";
import { openShop, type Shop } from "./shop.ts";
import { onEachStack } from "./stacks.ts";

onEachStack("restart with 1,000 orders waiting on timers", (stack) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(stack);
  });
  afterAll(() => shop?.close());

  const all = (orderIds: readonly string[]) => shop.node.store.load(orderIds);
  const inState = async (orderIds: readonly string[], state: string) =>
    [...(await all(orderIds)).values()].filter((document) => document.state === state).length;

  test("timers_fireOnceEach_theirProcessEndedBeforeTheyWereDue", async () => {
    const unpaid = await seedOrders(shop, 500);
    const paid = await seedOrders(shop, 500, { paid: true });
    await shop.node.stop();
    shop.letPass(31 * MINUTE_MS);
    await shop.restart("stop");
    await until("500 orders expire", async () => (await inState(unpaid, "expired")) === 500);
    expect(await inState(paid, "paid")).toBe(500);

    await shop.node.stop();
    shop.letPass(7 * DAY_MS);
    await shop.restart("stop");
    await until(
      "500 are confirmed",
      async () => (await inState(paid, "purchaseConfirmed")) === 500,
    );
    for (const { history } of (await all(unpaid)).values()) {
      expect(history.map((entry) => entry.type)).toEqual(["order.placed", "order.expired"]);
    }
    for (const { history, dueAt } of (await all(paid)).values()) {
      expect(history.map((entry) => entry.type).slice(-1)).toEqual(["purchase.autoConfirmed"]);
      expect(history).toHaveLength(4);
      expect(dueAt).toBeNull();
    }
  });

  test("timer_firesOnce_processWasKilledWhileItFired", async () => {
    const order = await shop.place({ tea: [1, 10_000] });
    const hold = shop.node.storeFaults.holdCommits();
    shop.letPass(31 * MINUTE_MS);
    await hold.reached;
    await shop.restart("kill");
    hold.release();
    await order.ends({ state: "expired" });
    expect(await order.events()).toEqual(["order.placed", "order.expired"]);
  });
});
