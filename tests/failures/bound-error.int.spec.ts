import { afterAll, beforeAll, expect, test } from "bun:test";
import type { RequestEntry } from "../toss/mod.ts";
import { openShop, type Shop } from "./shop.ts";
import { onEachStack } from "./stacks.ts";

onEachStack("a retryable provider error bound to its key", (stack) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(stack);
  });
  afterAll(() => shop?.close());

  const keysOf = (calls: readonly RequestEntry[]) => calls.map((call) => call.idempotencyKey);
  const confirmErrors = [
    "PROVIDER_ERROR",
    "CARD_PROCESSING_ERROR",
    "FAILED_INTERNAL_SYSTEM_PROCESSING",
  ] as const;

  test.each(confirmErrors)("confirm_looksThenTakesANewKey %s", async (code) => {
    const order = await shop.place({ tea: [1, 10_000] });
    shop.mock.faults.next("confirm", { kind: "error", code }, { orderId: order.id });
    await order.pay();
    await order.ends({ state: "paid", captured: 10_000 });
    const [failed, retried, ...more] = order.calls("confirm");
    expect(more).toEqual([]);
    expect(retried?.idempotencyKey).not.toBe(failed?.idempotencyKey ?? "");
    const looks = order.calls("getPayment").filter((look) => look.seq < (retried?.seq ?? 0));
    expect(looks.length).toBeGreaterThan(0);
    expect(await order.events()).toEqual(["order.placed", "payment.requested", "payment.captured"]);
  });

  test.each(["PROVIDER_ERROR", "FAILED_REFUND_PROCESS", "FORBIDDEN_CONSECUTIVE_REQUEST"] as const)(
    "refund_looksThenTakesANewKey %s",
    async (code) => {
      const order = await shop.placePaid({ tea: [2, 10_000] });
      await order.cancel({ tea: 1 });
      shop.mock.faults.next("cancel", { kind: "error", code }, { orderId: order.id });
      await order.restock("1");
      await order.ends({ state: "partiallyRefunded", captured: 20_000, refunded: 10_000 });
      expect(new Set(keysOf(order.calls("cancel"))).size).toBe(2);
    },
  );

  test("confirm_capturesOnce_threeKeysAreSpent", async () => {
    const order = await shop.place({ tea: [1, 10_000] });
    const error = { kind: "error", code: "PROVIDER_ERROR" } as const;
    shop.mock.faults.next("confirm", error, { orderId: order.id, times: 3 });
    await order.pay();
    await order.ends({ state: "paid", captured: 10_000 });
    expect(new Set(keysOf(order.calls("confirm"))).size).toBe(4);
  });

  test("confirm_capturesOnce_tossAskedForFewerRequests", async () => {
    const order = await shop.place({ tea: [1, 10_000] });
    shop.mock.faults.next("confirm", { kind: "tooManyRequests" }, { orderId: order.id, times: 2 });
    await order.pay();
    await order.ends({ state: "paid", captured: 10_000 });
  });

  test("confirm_keepsItsKey_theLookUpFailsToo", async () => {
    const order = await shop.place({ tea: [1, 10_000] });
    const down = { kind: "error", code: "FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING" } as const;
    const paymentKey = await order.authenticate();
    shop.mock.faults.next("confirm", { kind: "errorAfterSuccess" }, { orderId: order.id });
    shop.mock.faults.next("getPayment", down, { paymentKey, times: 3 });
    await order.pay(paymentKey);
    await order.ends({ state: "paid", captured: 10_000 });
    // Without proof that nothing happened it never took another key, which would have been a second capture.
    expect(new Set(keysOf(order.calls("confirm"))).size).toBe(1);
  });
});
