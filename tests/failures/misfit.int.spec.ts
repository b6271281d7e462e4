import { afterAll, beforeAll, expect, test } from "bun:test";
import { until } from "./eventually.ts";
import { openShop, type Shop } from "./shop.ts";
import { onEachStack } from "./stacks.ts";

onEachStack("a payment that is not the one asked for", (stack) => {
  let shop: Shop;
  let strict: Shop;
  beforeAll(async () => {
    shop = await openShop(stack);
    // A TOSS_MID with a typo in it: no payment is by the merchant that the shop takes itself for.
    strict = await openShop(stack, { mId: "another-mid" });
  });
  afterAll(async () => {
    await shop?.close();
    await strict?.close();
  });

  test("pay_goesBackInFull_anotherMethod", async () => {
    const order = await shop.place({ tea: [1, 10_000] });
    const { paymentKey } = shop.mock.authenticate({ orderId: order.id, amount: 10_000, method: "계좌이체" });
    await order.pay(paymentKey);
    await order.hears("stray.refunded");
    await order.ends({ state: "ordered", captured: 10_000, refunded: 10_000 });
    expect(await order.events()).toEqual([
      "order.placed",
      "payment.requested",
      "payment.mismatched",
      "stray.refunded",
    ]);
    await until("the log says so", () => shop.log.says("error", "not the one asked for"));
  });

  test("pay_goesBackInFull_answerWasLostAndItIsAnotherMethod", async () => {
    const order = await shop.place({ tea: [1, 10_000] });
    const { paymentKey } = shop.mock.authenticate({ orderId: order.id, amount: 10_000, method: "계좌이체" });
    shop.mock.faults.next("confirm", { kind: "errorAfterSuccess" }, { orderId: order.id });
    shop.mock.faults.next("cancel", { kind: "errorAfterSuccess" }, { orderId: order.id });
    await order.pay(paymentKey);
    await order.hears("stray.refunded");
    await order.ends({ state: "ordered", captured: 10_000, refunded: 10_000 });
    expect(order.calls("cancel")).toHaveLength(1);
  });

  test("pay_goesBackInFull_merchantIdIsNotOurs", async () => {
    const order = await strict.place({ tea: [1, 10_000] });
    const key = crypto.randomUUID();
    const body = { paymentKey: await order.authenticate(), amount: 10_000 };
    const answer = await strict.node.post(`/orders/${order.id}/payment`, body, { key });
    expect(answer.body).toMatchObject({ code: "PAYMENT_STRAYED", tossCode: "PAYMENT_MISMATCH" });
    await order.hears("stray.refunded");
    await order.ends({ state: "ordered", captured: 10_000, refunded: 10_000 });
  });

  test("pay_isTaken_cardBehindAWallet", async () => {
    const order = await shop.place({ tea: [1, 10_000] });
    const { paymentKey } = shop.mock.authenticate({ orderId: order.id, amount: 10_000, method: "간편결제" });
    await order.pay(paymentKey);
    await order.ends({ state: "paid", captured: 10_000 });
  });
});
