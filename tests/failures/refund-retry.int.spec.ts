import { afterAll, beforeAll, expect, test } from "bun:test";
import { openShop, type Shop } from "./shop.ts";
import { onEachStack } from "./stacks.ts";

onEachStack("refund retry with a new idempotency key", (stack) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(stack);
  });
  afterAll(() => shop?.close());

  const restocked = async () => {
    const order = await shop.placePaid({ tea: [2, 10_000] });
    await order.cancel({ tea: 1 });
    return order;
  };

  test("retry_findsTheRefund_tossRefundedAndSaidNo", async () => {
    const order = await restocked();
    const lie = { kind: "errorAfterSuccess", code: "REFUND_REJECTED" } as const;
    shop.mock.faults.next("cancel", lie, { orderId: order.id });
    await order.restock("1");
    await order.until("refundFailed");
    await order.retryRefund("1");
    await order.ends({ state: "partiallyRefunded", captured: 20_000, refunded: 10_000 });
    expect(order.calls("cancel")).toHaveLength(1); // the retry looked first, and had no need to call
  });

  test("retry_refundsUnderANewKey_tossRefusedIndeed", async () => {
    const order = await restocked();
    shop.mock.faults.next("cancel", { kind: "error", code: "REFUND_REJECTED" }, { orderId: order.id });
    await order.restock("1");
    await order.until("refundFailed");
    await order.retryRefund("1");
    await order.ends({ state: "partiallyRefunded", captured: 20_000, refunded: 10_000 });
    const keys = order.calls("cancel").map((call) => call.idempotencyKey);
    expect(new Set(keys).size).toBe(2);
  });

  test("refund_looksBeforeItTakesANewKey_tossRefundedAndAnswered500", async () => {
    const order = await restocked();
    shop.mock.faults.next("cancel", { kind: "errorAfterSuccess" }, { orderId: order.id });
    await order.restock("1");
    await order.ends({ state: "partiallyRefunded", captured: 20_000, refunded: 10_000 });
    expect(order.calls("cancel")).toHaveLength(1);
    expect(order.calls("getPayment")).toHaveLength(1);
  });

  test("retry_refundsOnce_askedTenTimesAtOnce", async () => {
    const order = await restocked();
    shop.mock.faults.next("cancel", { kind: "error", code: "REFUND_REJECTED" }, { orderId: order.id });
    await order.restock("1");
    await order.until("refundFailed");
    const replies = await Promise.all(Array.from({ length: 10 }, () => order.tries.retryRefund("1")));
    expect(replies.filter((reply) => reply.ok)).toHaveLength(1);
    await order.ends({ state: "partiallyRefunded", captured: 20_000, refunded: 10_000 });
  });
});
