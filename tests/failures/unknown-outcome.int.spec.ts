import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Fault } from "../toss/mod.ts";
import { openShop, type Shop } from "./shop.ts";
import { onEachStack } from "./stacks.ts";

/** Shorter than the slow answer, longer than any other on a busy machine. */
const TIMEOUT_MS = 500;
const faults: Fault[] = [
  { kind: "timeoutAfterSuccess" },
  { kind: "timeoutBefore" },
  { kind: "dropAfterSuccess" },
  { kind: "dropBefore" },
  { kind: "malformedBody" },
  { kind: "conflict" },
  { kind: "slow", ms: 2 * TIMEOUT_MS },
];
const named = faults.map((fault) => [fault.kind, fault] as const);

onEachStack("unknown outcome is resolved, never guessed", (stack) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(stack, { toss: { timeoutMs: TIMEOUT_MS } });
  });
  afterAll(() => shop?.close());

  // Side by side: most of the time goes into waiting for answers that never come.
  test.concurrent.each(named)("confirm_capturesOnceAndStaysPayingMeanwhile %s", async (_, fault) => {
    const order = await shop.place({ tea: [1, 10_000] });
    shop.mock.faults.next("confirm", fault, { orderId: order.id });
    await order.pay();
    await order.ends({ state: "paid", captured: 10_000 });
    expect(await order.events()).toEqual(["order.placed", "payment.requested", "payment.captured"]);
    expect(new Set(order.calls("confirm").map((call) => call.idempotencyKey)).size).toBe(1);
  });

  test.concurrent.each(named)("refund_refundsOnceAndStaysRefundingMeanwhile %s", async (_, fault) => {
    const order = await shop.placePaid({ tea: [2, 10_000] });
    await order.cancel({ tea: 1 });
    shop.mock.faults.next("cancel", fault, { orderId: order.id });
    await order.restock("1");
    await order.ends({ state: "partiallyRefunded", captured: 20_000, refunded: 10_000 });
    expect((await order.events()).slice(-2)).toEqual(["refund.started", "refund.completed"]);
    expect(new Set(order.calls("cancel").map((call) => call.idempotencyKey)).size).toBe(1);
  });

  test("confirm_isDeclinedOnlyOnTossWord_answerWasLostAndItWasNo", async () => {
    const order = await shop.place({ tea: [1, 10_000] });
    const { paymentKey } = shop.mock.authenticate({
      orderId: order.id,
      amount: 10_000,
      decline: "REJECT_CARD_PAYMENT",
    });
    shop.mock.faults.next("confirm", { kind: "dropAfterSuccess" }, { orderId: order.id });
    await order.pay(paymentKey);
    await order.hears("payment.declined");
    await order.ends({ state: "ordered" });
    await order.pay();
    await order.ends({ state: "paid", captured: 10_000 });
  });
});
