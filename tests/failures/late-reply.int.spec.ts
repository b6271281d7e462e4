import { afterAll, beforeAll, expect, test } from "bun:test";
import { openShop, type Shop } from "./shop.ts";
import { onEachStack } from "./stacks.ts";

onEachStack("late provider reply after the order reached a final state", (stack) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(stack);
    shop.mock.webhooks.configure({ url: `${shop.node.listen()}/webhooks/toss` });
  });
  afterAll(() => shop?.close());

  test("capture_changesNothing_replyComesAfterTheRefund", async () => {
    const order = await shop.place({ tea: [2, 10_000] });
    shop.mock.webhooks.configure({ timing: "beforeReply" });
    const reply = shop.mock.hold("confirm", { orderId: order.id });
    await order.pay();
    await reply.reached;
    await order.until("paid"); // by the webhook's look-up
    await order.cancel();
    await order.restock("1");
    await order.until("refunded");
    const before = await order.events();
    reply.release();
    await order.ends({ state: "refunded", captured: 20_000, refunded: 20_000 });
    expect(await order.events()).toEqual(before);
  });

  test("capture_goesBackInFull_orderWasCanceledAfterAFalseDecline", async () => {
    const order = await shop.place({ tea: [1, 10_000] });
    // Toss says no and captures all the same; its webhook tells the truth, later.
    shop.mock.webhooks.configure({ copies: 0 });
    const lie = { kind: "errorAfterSuccess", code: "REJECT_CARD_PAYMENT" } as const;
    shop.mock.faults.next("confirm", lie, { orderId: order.id });
    const paymentKey = await order.authenticate();
    await order.pay(paymentKey);
    await order.until("ordered");
    await order.cancel();
    await order.until("canceled");
    shop.mock.webhooks.configure({ copies: 1 });
    await shop.mock.webhooks.resend(paymentKey);
    await order.hears("stray.refunded");
    await order.ends({ state: "canceled", captured: 10_000, refunded: 10_000 });
    expect((await order.order()).payments).toMatchObject([{ status: "strayRefunded" }]);
  });

  test("capture_goesBackInFull_orderExpiredAfterAFalseDecline", async () => {
    const order = await shop.place({ tea: [1, 10_000] });
    shop.mock.webhooks.configure({ copies: 0 });
    const lie = { kind: "errorAfterSuccess", code: "REJECT_CARD_COMPANY" } as const;
    shop.mock.faults.next("confirm", lie, { orderId: order.id });
    const paymentKey = await order.authenticate();
    await order.pay(paymentKey);
    await order.until("ordered");
    shop.letPass(31 * 60_000);
    await order.until("expired");
    shop.mock.webhooks.configure({ copies: 1 });
    await shop.mock.webhooks.resend(paymentKey);
    await order.hears("stray.refunded");
    await order.ends({ state: "expired", captured: 10_000, refunded: 10_000 });
  });
});
