import { afterAll, beforeAll, expect, test } from "bun:test";
import { DAY_MS, MINUTE_MS } from "../../machines/mod.ts";
import { until } from "./eventually.ts";
import { seedOrders } from "./seed.ts";
import { openShop, type Shop } from "./shop.ts";
import { onEachStack } from "./stacks.ts";

const paidBefore = "order.placed payment.requested payment.captured";

onEachStack("restart with 1,000 orders waiting on timers", (stack) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(stack);
  });
  afterAll(() => shop?.close());

  const fired = (count: number) =>
    until(`${count} timers fire`, () => shop.node.runtime.stats().committed >= count);
  const all = async (orderIds: readonly string[]) => [...(await shop.node.store.load(orderIds)).values()];

  test("timers_fireOnceEach_theirProcessEndedBeforeTheyWereDue", async () => {
    const unpaid = await seedOrders(shop, 500);
    const paid = await seedOrders(shop, 500, { paid: true });
    await shop.node.stop();
    shop.letPass(31 * MINUTE_MS);
    await shop.restart("stop");
    await fired(500);

    await shop.node.stop();
    shop.letPass(7 * DAY_MS);
    await shop.restart("stop");
    await fired(500);
    const ends = { expired: 0, confirmed: 0 };
    for (const { history, dueAt } of await all([...unpaid, ...paid])) {
      expect(dueAt).toBeNull();
      const told = history.map((entry) => entry.type).join(" ");
      if (told === "order.placed order.expired") ends.expired += 1;
      if (told === `${paidBefore} purchase.autoConfirmed`) ends.confirmed += 1;
    }
    expect(ends).toEqual({ expired: 500, confirmed: 500 });
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
