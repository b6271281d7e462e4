import { afterAll, beforeAll, expect, test } from "bun:test";
import { until } from "./eventually.ts";
import { openShop, type Shop } from "./shop.ts";
import { onEachStack } from "./stacks.ts";

onEachStack("webhook arriving before the confirm reply", (stack) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(stack);
    const url = `${shop.node.listen()}/webhooks/toss`;
    shop.mock.webhooks.configure({ url, timing: "beforeReply", copies: 3 });
  });
  afterAll(() => shop?.close());

  test("webhook_paysTheOrderOnce_confirmIsStillUnanswered", async () => {
    const order = await shop.place({ tea: [1, 10_000] });
    const reply = shop.mock.hold("confirm", { orderId: order.id });
    const paymentKey = await order.authenticate();
    const paying = shop.node.post(`/orders/${order.id}/payment`, { paymentKey, amount: 10_000 });
    await reply.reached;
    expect(await paying).toMatchObject({ status: 200, body: { state: "paid" } });
    reply.release();
    await order.ends({ state: "paid", captured: 10_000 });
    // Three copies of one webhook are one notice.
    expect(await order.events()).toEqual([
      "order.placed",
      "payment.requested",
      "payment.noticed",
      "payment.captured",
    ]);
  });

  test("webhook_isAnswered200_itIsAboutNoOrderOfOurs", async () => {
    const { paymentKey } = shop.mock.authenticate({ orderId: "someone-elses-order", amount: 10_000 });
    shop.mock.sessions.expire(paymentKey);
    await shop.mock.webhooks.idle();
    const sent = shop.mock.webhooks.deliveries().filter((one) => one.paymentKey === paymentKey);
    expect(sent.map((one) => one.httpStatus)).toEqual([200, 200, 200]);
    expect((await shop.node.get("/orders/someone-elses-order")).status).toBe(404);
  });

  test("webhook_changesNothing_itLiesAboutThePayment", async () => {
    const order = await shop.place({ tea: [1, 10_000] });
    const hold = shop.mock.hold("confirm", { orderId: order.id, at: "beforeProcessing" });
    const paymentKey = await order.authenticate();
    await order.pay(paymentKey);
    await hold.reached;
    const lie = {
      eventType: "PAYMENT_STATUS_CHANGED",
      createdAt: "2026-11-23T10:00:00.000000",
      data: { orderId: order.id, paymentKey, status: "DONE", totalAmount: 10_000 },
    };
    expect((await shop.node.post("/webhooks/toss", lie)).status).toBe(200);
    await until("Toss was asked", () => order.calls("getPayment").length === 1);
    await until("its answer was heard", async () => (await order.document()).effects.length === 1);
    expect((await order.document()).state).toBe("paying");
    hold.release();
    await order.ends({ state: "paid", captured: 10_000 });
  });
});
