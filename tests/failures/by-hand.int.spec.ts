import { afterAll, beforeAll, expect, test } from "bun:test";
import { until } from "./eventually.ts";
import type { OrderStory } from "./order-story.ts";
import { openShop, type Shop } from "./shop.ts";
import { onEachStack } from "./stacks.ts";

onEachStack("money moved at Toss by other hands", (stack) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(stack);
    shop.mock.webhooks.configure({ url: `${shop.node.listen()}/webhooks/toss` });
  });
  afterAll(() => shop?.close());

  /** As an operator does in Toss' dashboard. */
  const cancelByHand = async (order: OrderStory, cancelAmount: number) => {
    const paymentKey = (await order.order()).payments[0]?.paymentKey;
    const answer = await fetch(`${shop.mock.url}/v1/payments/${paymentKey}/cancel`, {
      method: "POST",
      headers: {
        authorization: `Basic ${btoa(`${shop.mock.secretKey}:`)}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ cancelReason: "by hand", cancelAmount }),
    });
    expect(answer.status).toBe(200);
    return String(paymentKey);
  };

  test("webhook_isHeardOnceInTheHistory_cancelledInTossDashboard", async () => {
    const order = await shop.placePaid({ tea: [2, 10_000] });
    const paymentKey = await cancelByHand(order, 5_000);
    await order.hears("payment.differs");
    await order.send("payment.notice", { paymentKey });
    await shop.mock.webhooks.idle();
    await order.until("paid");
    const told = (await order.history()).filter(({ type }) => type === "payment.differs");
    expect(told).toMatchObject([{ data: { attempt: 1, balance: 15_000, expected: 20_000 } }]);
    await until("the log says so", () => shop.log.says("error", "by other hands"));
    expect((await order.order()).refundedAmount).toBe(0);
  });

  test("webhook_tellsNoDifference_refundsOfOurOwn", async () => {
    const order = await shop.placePaid({ tea: [2, 10_000] });
    for (const id of ["1", "2"]) {
      await order.cancel({ tea: 1 });
      shop.mock.faults.next("cancel", { kind: "dropAfterSuccess" }, { orderId: order.id });
      await order.restock(id);
    }
    await order.until("refunded");
    await shop.mock.webhooks.idle();
    await order.ends({ state: "refunded", captured: 20_000, refunded: 20_000 });
    expect(await order.events()).not.toContain("payment.differs");
  });
});
