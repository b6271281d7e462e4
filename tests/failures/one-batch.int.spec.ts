import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Reply } from "../../actors/command.ts";
import { until } from "./eventually.ts";
import type { OrderStory } from "./order-story.ts";
import { openShop, type Shop } from "./shop.ts";
import { onEachStack } from "./stacks.ts";

onEachStack("two commands of one order in one batch", (stack) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(stack, { runtime: { lanes: 1 } });
  });
  afterAll(() => shop?.close());

  /** Sends commands so that the worker finds them all waiting when it comes for its next batch. */
  const inOneBatch = async (send: () => Promise<Reply>[]): Promise<Reply[]> => {
    const hold = shop.node.storeFaults.holdCommits();
    const before = shop.place({ tea: [1, 1_000] });
    await hold.reached;
    const replies = send();
    await until("all wait", () => shop.node.runtime.stats().queued > replies.length);
    hold.release();
    await before;
    return Promise.all(replies);
  };
  const writesOf = ({ id }: OrderStory) =>
    shop.node.storeFaults.commits.flat().filter((write) => write.document.orderId === id).length;

  test("both_goInOneWrite_eachIsAccepted", async () => {
    const order = await shop.placePaid({ tea: [2, 10_000] });
    const before = writesOf(order);
    const lines = [{ productId: "tea", quantity: 1 }];
    const replies = await inOneBatch(() => [
      order.send("cancellation.request", { lines, reason: "one" }),
      order.send("purchase.confirm", { lines }),
    ]);
    expect(replies.map((reply) => reply.ok)).toEqual([true, true]);
    expect(writesOf(order)).toBe(before + 1);
    expect((await order.order()).lines).toMatchObject([{ canceling: 1, confirmed: 1 }]);
  });

  test("second_seesTheFirst_bothWantTheSamePiece", async () => {
    const order = await shop.placePaid({ tea: [1, 10_000] });
    const before = writesOf(order);
    const replies = await inOneBatch(() => [order.tries.cancel(), order.tries.cancel()]);
    expect(replies.map((reply) => reply.ok).sort()).toEqual([false, true]);
    expect(writesOf(order)).toBe(before + 1);
    await order.restock("1");
    await order.ends({ state: "refunded", captured: 10_000, refunded: 10_000 });
  });

  test("second_ownsItsPaymentKey_theFirstBroughtAnotherOrders", async () => {
    const paid = await shop.placePaid({ tea: [1, 10_000] });
    const taken = shop.mock.ledger.accounts({ orderId: paid.id })[0]?.paymentKey ?? "";
    const order = await shop.place({ tea: [1, 10_000] });
    const own = await order.authenticate();
    const replies = await inOneBatch(() =>
      [taken, own].map((paymentKey) => order.send("payment.request", { paymentKey, amount: 10_000 })),
    );
    expect(replies).toMatchObject([{ ok: false, code: "PAYMENT_KEY_IN_USE" }, { ok: true }]);
    await order.ends({ state: "paid", captured: 10_000 });
    const other = await shop.place({ tea: [1, 10_000] });
    expect(await other.tries.pay(own)).toMatchObject({ ok: false, code: "PAYMENT_KEY_IN_USE" });
  });
});
