import { describe, expect, test } from "bun:test";
import { auditOrder, readOrder } from "./audit.ts";
import { authenticated, giveBack, pay, place, refunded } from "./lives.ts";
import { inShop, type Shop } from "./shop.ts";
import { stacks } from "./stacks.ts";

/** The keys under which Toss was asked; the same one each time, or it would be asked for more money. */
const keysAtToss = ({ mock }: Shop, route: "confirm" | "cancel", orderId: string): string[] => [
  ...new Set(mock.ledger.requests({ route, orderId }).map(({ idempotencyKey }) => String(idempotencyKey))),
];

/** A payment under way: asked for, and not waited for. */
const beginPayment = async (shop: Shop, orderId: string, quantity: number): Promise<void> => {
  const body = authenticated(shop, orderId, quantity);
  void shop.client.send({ path: `/orders/${orderId}/payment`, body, key: crypto.randomUUID() });
};

const restart = async (shop: Shop): Promise<void> => {
  await shop.processes.at(-1)?.kill9();
  await shop.start();
};

const paidOnce = async (shop: Shop, orderId: string): Promise<void> => {
  await shop.client.until(`/orders/${orderId}`, ({ state }) => state === "paid");
  expect(shop.mock.ledger.captures(orderId)).toHaveLength(1);
  expect(keysAtToss(shop, "confirm", orderId)).toHaveLength(1);
  await auditOrder(shop, orderId);
};

describe.each(stacks)("kill -9 between Toss and the store on $name", (stack) => {
  test.concurrent("payment_capturedOnce_killedAfterProvidersSuccess", () =>
    inShop(stack, async (shop) => {
      await shop.start();
      const orderId = await place(shop, 2);
      const held = shop.mock.hold("confirm", { orderId, at: "beforeReply" });
      await beginPayment(shop, orderId, 2);
      await held.reached;
      await shop.mock.processed("confirm", orderId);
      expect((await readOrder(shop, orderId)).order.state).toBe("paying");

      await shop.processes.at(-1)?.kill9();
      held.release();
      await shop.start();
      await paidOnce(shop, orderId);
    }));

  test.concurrent("payment_capturedOnce_restartedWhileFirstCallIsStillAnswered", () =>
    inShop(stack, async (shop) => {
      await shop.start();
      const orderId = await place(shop, 2);
      const held = shop.mock.hold("confirm", { orderId, at: "beforeProcessing" });
      await beginPayment(shop, orderId, 2);
      await held.reached;

      await restart(shop);
      // The next process asks under the same key, and Toss answers 409: the first request is not finished.
      await untilAsked(shop, orderId, 2);
      expect(shop.mock.ledger.captures(orderId)).toHaveLength(0);
      held.release();
      await paidOnce(shop, orderId);
    }));

  test.concurrent("payment_capturedOnce_killedBeforeProviderProcessed", () =>
    inShop(stack, async (shop) => {
      await shop.start();
      const orderId = await place(shop, 2);
      shop.mock.faults.next("confirm", { kind: "timeoutBefore" }, { orderId });
      await beginPayment(shop, orderId, 2);
      await untilAsked(shop, orderId, 1);
      expect(shop.mock.ledger.captures(orderId)).toHaveLength(0);

      await restart(shop);
      await paidOnce(shop, orderId);
    }));

  test.concurrent("refund_madeOnce_killedAfterProvidersSuccess", () =>
    inShop(stack, async (shop) => {
      await shop.start();
      const orderId = await place(shop, 3);
      await pay(shop, orderId, 3);
      const held = shop.mock.hold("cancel", { orderId, at: "beforeReply" });
      const cancellationId = await giveBack(shop, orderId, 1);
      await held.reached;
      await shop.mock.processed("cancel", orderId);
      expect((await readOrder(shop, orderId)).order.state).toBe("refunding");

      await shop.processes.at(-1)?.kill9();
      held.release();
      await shop.start();
      await refunded(shop, orderId, cancellationId);
      expect(shop.mock.ledger.refunds(orderId)).toHaveLength(1);
      expect(keysAtToss(shop, "cancel", orderId)).toHaveLength(1);
      await auditOrder(shop, orderId);
    }));
});

/** Resolves once Toss was asked `times` to confirm the order's payment. */
const untilAsked = async ({ mock }: Shop, orderId: string, times: number): Promise<void> => {
  for (const deadline = Date.now() + 40_000; Date.now() < deadline; await Bun.sleep(10)) {
    if (mock.ledger.requests({ route: "confirm", orderId }).length >= times) return;
  }
  throw new Error(`Toss was not asked ${times} times to confirm ${orderId}.`);
};
