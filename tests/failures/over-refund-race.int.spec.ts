import { afterAll, beforeAll, expect, test } from "bun:test";
import { openShop, type Shop } from "./shop.ts";
import { onEachStack } from "./stacks.ts";

onEachStack("over-refund race", (stack) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(stack);
  });
  afterAll(() => shop?.close());

  test("cancel_takesEachPieceOnce_manyAtOnceForMoreThanThereIs", async () => {
    const order = await shop.placePaid({ tea: [3, 10_000] });
    const replies = await Promise.all([2, 2, 1, 3, 1].map((tea) => order.tries.cancel({ tea })));
    const accepted = replies.filter((reply) => reply.ok);
    const { cancellations } = await order.order();
    expect(cancellations).toHaveLength(accepted.length);
    await Promise.all(cancellations.map(({ id }) => order.restock(id)));
    const refunded = cancellations.reduce((total, { amount }) => total + amount, 0);
    expect(refunded).toBe(30_000);
    await order.ends({ state: "refunded", captured: 30_000, refunded });
  });

  test("refund_waitsItsTurn_anotherIsUnderWay", async () => {
    const order = await shop.placePaid({ tea: [2, 10_000] });
    await order.cancel({ tea: 1 });
    await order.cancel({ tea: 1 });
    const first = shop.mock.hold("cancel", { at: "beforeProcessing" });
    await Promise.all([order.restock("1"), order.restock("2")]);
    await first.reached;
    const states = (await order.order()).cancellations.map((one) => one.state);
    expect(states.sort()).toEqual(["refunding", "restocked"]);
    expect(order.calls("cancel")).toHaveLength(1);
    first.release();
    await order.ends({ state: "refunded", captured: 20_000, refunded: 20_000 });
  });

  test("refund_failsUnrefunded_moneyWasGivenBackAtTossMeanwhile", async () => {
    const order = await shop.placePaid({ tea: [2, 10_000] });
    await order.cancel();
    const refund = shop.mock.hold("cancel", { at: "beforeProcessing" });
    await order.restock("1");
    const { paymentKey } = await refund.reached;
    await refundInTheDashboard(`${paymentKey}`, 15_000);
    refund.release();
    await order.until("refundFailed");
    const [account] = shop.mock.ledger.accounts({ orderId: order.id });
    expect(account).toMatchObject({ capturedAmount: 20_000, refundedAmount: 15_000, balanceAmount: 5_000 });
    const failure = { code: "NOT_MATCHES_REFUNDABLE_AMOUNT" };
    expect((await order.order()).cancellations).toMatchObject([{ state: "failed", failure }]);
    // Asked again it stays refused: only somebody who knows what the other refund was for can decide.
    await order.retryRefund("1");
    await order.until("refundFailed");
    expect(shop.mock.ledger.refunds(order.id)).toHaveLength(1);
  });

  /** Somebody of the shop gives money back by hand, without our knowing. */
  const refundInTheDashboard = async (paymentKey: string, cancelAmount: number) => {
    const answer = await fetch(`${shop.mock.url}/v1/payments/${paymentKey}/cancel`, {
      method: "POST",
      headers: {
        authorization: `Basic ${btoa(`${shop.mock.secretKey}:`)}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ cancelReason: "by hand", cancelAmount }),
    });
    expect(answer.status).toBe(200);
  };
});
