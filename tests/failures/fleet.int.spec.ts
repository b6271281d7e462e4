import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Fleet } from "../../gateway/schemas/fleet.ts";
import { until } from "./eventually.ts";
import type { OrderStory } from "./order-story.ts";
import { openShop, type Shop } from "./shop.ts";
import { onEachStack } from "./stacks.ts";

onEachStack("the fleet is what its orders are", (stack) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(stack);
  });
  afterAll(() => shop?.close());

  const look = async (): Promise<Fleet> => (await shop.node.get("/fleet")).body as unknown as Fleet;

  const lives: readonly ((order: OrderStory) => Promise<unknown>)[] = [
    async () => {},
    (order) => order.cancel(),
    async (order) => {
      await order.pay();
      await order.until("paid");
    },
    async (order) => {
      await order.pay();
      await order.until("paid");
      await order.cancel({ tea: 1 });
      await order.restock("1");
      await order.until("partiallyRefunded");
    },
  ];

  test("fleet_countsAndFlowsAgreeWithEveryHistory_twentyLivesAtOnce", async () => {
    // One before anybody looks, its event heard: counted, and no flow.
    let heard = 0;
    const unsubscribe = await shop.node.client.subscribe(undefined, () => {
      heard += 1;
    });
    await shop.place({ tea: [2, 10_000] });
    await until("its event is heard", () => heard > 0);
    unsubscribe();
    expect(await look()).toMatchObject({ total: 1, counts: { ordered: 1 }, flows: [] });

    const orders = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const order = await shop.place({ tea: [2, 10_000] });
        await lives[index % lives.length]?.(order);
        return order;
      }),
    );
    const histories = await Promise.all(orders.map((order) => order.history()));
    const steps = histories.flat().map(({ type, from, to }) => `${type} ${from} ${to}`);
    let fleet = await look();
    const transitions = () => fleet.flows.reduce((sum, { count }) => sum + count, 0);
    await until("all events are heard", async () => {
      fleet = await look();
      return transitions() >= steps.length;
    });
    const told = fleet.flows.map(({ event, from, to, count }) => [`${event} ${from} ${to}`, count]);
    const expected = Map.groupBy(steps, (step) => step);
    expect(Object.fromEntries(told)).toEqual(
      Object.fromEntries([...expected].map(([step, all]) => [step, all.length])),
    );
    expect(fleet.total).toBe(21);
    expect(fleet.counts).toMatchObject({ ordered: 6, canceled: 5, paid: 5, partiallyRefunded: 5, paying: 0 });
    expect(fleet.stuck).toEqual({ payingUnknown: 0, refundFailed: 0, effectsWaiting: 0, deadLetters: 0 });
  });
});
