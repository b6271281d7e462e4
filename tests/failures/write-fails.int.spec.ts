import { afterAll, beforeAll, expect, test } from "bun:test";
import { openShop, type Shop } from "./shop.ts";
import { onEachStack } from "./stacks.ts";

onEachStack("payment provider succeeds and the local write then fails", (stack) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(stack);
  });
  afterAll(() => shop?.close());

  test.each(["beforeWriting", "afterWriting"] as const)(
    "confirm_capturesOnce_commitsFail %s",
    async (when) => {
      const order = await shop.place({ tea: [1, 10_000] });
      const reply = shop.mock.hold("confirm", { orderId: order.id });
      await order.pay();
      await reply.reached;
      shop.node.storeFaults.failCommits(2, when);
      reply.release();
      await order.ends({ state: "paid", captured: 10_000 });
      expect((await order.events()).filter((type) => type === "payment.captured")).toHaveLength(1);
    },
  );

  test.each(["beforeWriting", "afterWriting"] as const)("refund_refundsOnce_commitsFail %s", async (when) => {
    const order = await shop.placePaid({ tea: [2, 10_000] });
    await order.cancel({ tea: 1 });
    const reply = shop.mock.hold("cancel");
    await order.restock("1");
    await reply.reached;
    shop.node.storeFaults.failCommits(2, when);
    reply.release();
    await order.ends({ state: "partiallyRefunded", captured: 20_000, refunded: 10_000 });
    expect((await order.events()).filter((type) => type === "refund.completed")).toHaveLength(1);
  });

  test.each(["beforeWriting", "afterWriting"] as const)(
    "pay_isRunOnce_itsOwnCommitFails %s",
    async (when) => {
      const order = await shop.place({ tea: [1, 10_000] });
      const paymentKey = await order.authenticate();
      shop.node.storeFaults.failCommits(3, when);
      await order.pay(paymentKey);
      await order.ends({ state: "paid", captured: 10_000 });
      expect(await order.events()).toEqual(["order.placed", "payment.requested", "payment.captured"]);
    },
  );

  test("confirm_capturesOnce_processIsKilledBeforeTheWrite", async () => {
    const order = await shop.place({ tea: [1, 10_000] });
    const reply = shop.mock.hold("confirm", { orderId: order.id });
    await order.pay();
    await reply.reached;
    await shop.restart("kill");
    reply.release();
    await order.ends({ state: "paid", captured: 10_000 });
  });

  test("refund_refundsOnce_processIsKilledBeforeTheWrite", async () => {
    const order = await shop.placePaid({ tea: [1, 10_000] });
    await order.cancel();
    const reply = shop.mock.hold("cancel");
    await order.restock("1");
    await reply.reached;
    await shop.restart("kill");
    reply.release();
    await order.ends({ state: "refunded", captured: 10_000, refunded: 10_000 });
  });
});
