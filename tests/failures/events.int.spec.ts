import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { EventMessage } from "../../actors/ports.ts";
import { until } from "./eventually.ts";
import type { OrderStory } from "./order-story.ts";
import { seedOrders } from "./seed.ts";
import { openShop, type Shop } from "./shop.ts";
import { onEachStack, servers } from "./stacks.ts";

/** What a subscriber hears, by order: it drops what it has had, and notices when it misses something. */
const createSubscriber = () => {
  const heard = new Map<string, number[]>();
  return {
    listen: ({ orderId, entry }: EventMessage) => {
      const seqs = heard.get(orderId) ?? [];
      heard.set(orderId, seqs);
      if (!seqs.includes(entry.seq)) seqs.push(entry.seq);
    },
    of: (orderId: string) => heard.get(orderId) ?? [],
  };
};

const hearsAll = async (subscriber: ReturnType<typeof createSubscriber>, order: OrderStory) => {
  const seqs = (await order.history()).map((entry) => entry.seq);
  await until(`${seqs.length} events of ${order.id}`, () => subscriber.of(order.id).length >= seqs.length);
  expect(subscriber.of(order.id)).toEqual(seqs);
};

onEachStack("every history entry reaches a subscriber in order", (stack) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(stack);
  });
  afterAll(() => shop?.close());

  test("events_comeInOrder_twentyOrdersAtOnce", async () => {
    const subscriber = createSubscriber();
    await shop.node.client.subscribe(undefined, subscriber.listen);
    const lives = Array.from({ length: 20 }, async () => {
      const order = await shop.placePaid({ tea: [2, 10_000] });
      await Promise.all([order.cancel({ tea: 1 }), order.confirmPurchase({ tea: 1 })]);
      await order.restock("1");
      await order.ends({ state: "partiallyRefunded", captured: 20_000, refunded: 10_000 });
      await hearsAll(subscriber, order);
    });
    await Promise.all(lives);
  });

  test("events_skipNone_aWriteFailedThatWasMadeAllTheSame", async () => {
    const subscriber = createSubscriber();
    await shop.node.client.subscribe(undefined, subscriber.listen);
    const order = await shop.place({ tea: [2, 10_000] });
    shop.node.storeFaults.failCommits(1, "afterWriting");
    await order.pay();
    await order.ends({ state: "paid", captured: 20_000 });
    await hearsAll(subscriber, order);
  });
});

describe("every history entry reaches a subscriber after a restart of its publisher [nats+mongodb]", () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(servers, { gatewayOnly: true });
  });
  afterAll(() => shop?.close());

  test("events_arePublishedByTheNextProcess_thisOneWasKilledBeforeItCould", async () => {
    const publisher = await shop.join({});
    const subscriber = createSubscriber();
    await shop.node.client.subscribe(undefined, subscriber.listen);
    const order = await shop.place({ tea: [2, 10_000] });
    await hearsAll(subscriber, order);
    publisher.busFaults.holdEvents();
    await order.pay();
    await order.until("paid");
    expect(subscriber.of(order.id)).toEqual([1]);
    await publisher.kill();
    const next = await shop.join({});
    await hearsAll(subscriber, order);
    await order.cancel();
    await hearsAll(subscriber, order);
    await next.stop();
  });

  test("events_areAllPublished_anEarlierProcessLeft1200Orders", async () => {
    const subscriber = createSubscriber();
    await shop.node.client.subscribe(undefined, subscriber.listen);
    const orderIds = await seedOrders(shop, 1_200, { unpublished: true });
    const next = await shop.join({});
    await until("all are heard", () => orderIds.every((id) => subscriber.of(id).length === 1));
    const partitions = Array.from({ length: 16 }, (_, partition) => partition);
    const left = () => shop.node.store.unpublished({ partitions, limit: 1 });
    await until("all are marked as published", async () => (await left()).length === 0);
    await next.stop();
  });
});
