import { afterAll, beforeAll, expect, test } from "bun:test";
import { MINUTE_MS } from "../../machines/mod.ts";
import { seedOrders } from "./seed.ts";
import { openShop, type Shop } from "./shop.ts";
import { onEachStack } from "./stacks.ts";

/** More than the scanner reads in one look. */
const UNREADABLE = 501;

onEachStack("501 due orders of a newer release", (stack) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(stack);
  });
  afterAll(() => shop?.close());

  const makeUnreadable = async (orderIds: readonly string[]): Promise<void> => {
    const documents = [...(await shop.node.store.load(orderIds)).values()];
    const writes = documents.map(({ snapshot, ...document }) => ({
      document: {
        ...document,
        snapshot: snapshot && { ...snapshot, version: 99 },
        version: document.version + 1,
      },
      expectedVersion: document.version,
    }));
    expect((await shop.node.store.commit(writes)).size).toBe(orderIds.length);
  };

  test("timer_fires_behindMoreUnreadableOrdersThanAPage", async () => {
    await makeUnreadable(await seedOrders(shop, UNREADABLE));
    shop.letPass(MINUTE_MS);
    const later = await shop.place({ tea: [1, 10_000] });
    shop.letPass(31 * MINUTE_MS);
    await later.ends({ state: "expired" });
    expect(shop.log.says("error", "a due order can't be read")).toBe(true);
  });
});
