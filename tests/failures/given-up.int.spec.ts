import { afterAll, beforeAll, expect, test } from "bun:test";
import { until } from "./eventually.ts";
import type { OrderStory } from "./order-story.ts";
import { openShop, type Shop } from "./shop.ts";
import { onEachStack } from "./stacks.ts";

onEachStack("work at Toss that was given up", (stack) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(stack);
  });
  afterAll(() => shop?.close());

  const waits = (order: OrderStory, effectId: string) =>
    until(`${effectId} waits for an operator`, async () =>
      (await order.document()).effects.some(({ effect, dueAt }) => effect.id === effectId && dueAt === null),
    );
  const retry = (order: OrderStory, effectId: string, key: string) =>
    shop.node.post(`/orders/${order.id}/effects/${effectId}/retry`, {}, { key });

  /** Captured by a method that the order was not placed for, and Toss says that it will not give it back. */
  const strayThatStays = async (kind: "error" | "errorAfterSuccess"): Promise<OrderStory> => {
    const order = await shop.place({ tea: [1, 10_000] });
    const { paymentKey } = shop.mock.authenticate({ orderId: order.id, amount: 10_000, method: "계좌이체" });
    shop.mock.faults.next("cancel", { kind, code: "REFUND_REJECTED" }, { orderId: order.id });
    await order.pay(paymentKey);
    await order.hears("stray.refundFailed");
    await waits(order, "stray:1");
    return order;
  };

  test("retry_givesTheStrayPaymentBackOnce_tossRefusedItAtFirst", async () => {
    const order = await strayThatStays("error");
    await until("the log says so", () => shop.log.says("error", "could not be given back"));
    const waiting = await shop.node.store.effectsWaiting();
    const { body } = await shop.node.get(`/orders/${order.id}`);
    const href = `/orders/${order.id}/effects/stray:1/retry`;
    const [effect] = body.effects as readonly object[];
    expect(effect).toMatchObject({ nextTryAt: null, commands: [{ type: "effect.retry", href }] });

    const one = await retry(order, "stray:1", "a");
    const [same, other] = await Promise.all([retry(order, "stray:1", "a"), retry(order, "stray:1", "b")]);
    expect([one.status, same.body, other.body.code]).toEqual([200, one.body, "EFFECT_NOT_WAITING"]);
    await order.ends({ state: "ordered", captured: 10_000, refunded: 10_000 });
    expect(await shop.node.store.effectsWaiting()).toBe(waiting - 1);
    expect((await order.order()).payments).toMatchObject([{ status: "strayRefunded" }]);
    expect(order.calls("cancel")).toHaveLength(2);
  });

  test("retry_findsTheStrayPaymentBack_tossRefundedAndSaidNo", async () => {
    const order = await strayThatStays("errorAfterSuccess");
    await retry(order, "stray:1", "a");
    await order.ends({ state: "ordered", captured: 10_000, refunded: 10_000 });
    expect(order.calls("cancel")).toHaveLength(1);
  });

  test("strayPayment_needsNoRetry_anOperatorCancelledItAtToss", async () => {
    const order = await strayThatStays("errorAfterSuccess");
    const [payment] = (await order.order()).payments;
    await order.send("payment.notice", { paymentKey: String(payment?.paymentKey) });
    await order.hears("stray.refunded");
    await order.ends({ state: "ordered", captured: 10_000, refunded: 10_000 });
  });

  test("retry_refundsOnce_refundHadNoAnswerForFifteenDays", async () => {
    const order = await shop.placePaid({ tea: [2, 10_000] });
    await order.cancel({ tea: 1 });
    shop.mock.faults.next("cancel", { kind: "dropBefore" }, { orderId: order.id, times: 1_000_000 });
    await order.restock("1");
    await order.until("refunding");
    shop.letPass(16 * 86_400_000);
    await waits(order, "refund:1:1");
    expect(shop.log.says("error", "waits for an operator")).toBe(true);
    expect(await order.tries.retryRefund("1")).toMatchObject({ code: "REFUND_NOT_FAILED" });

    shop.mock.faults.clear();
    expect((await retry(order, "refund:1:1", "a")).status).toBe(200);
    await order.ends({ state: "partiallyRefunded", captured: 20_000, refunded: 10_000 });
  });

  test("retry_isRefused_noSuchEffect", async () => {
    const order = await shop.placePaid({ tea: [1, 10_000] });
    const answer = await retry(order, "stray:1", "a");
    expect([answer.status, answer.body.code]).toEqual([409, "EFFECT_NOT_WAITING"]);
    await order.ends({ state: "paid", captured: 10_000 });
  });
});
