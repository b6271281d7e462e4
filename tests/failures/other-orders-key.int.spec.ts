import { afterAll, beforeAll, expect, test } from "bun:test";
import { openShop, type Shop } from "./shop.ts";
import { onEachStack } from "./stacks.ts";

onEachStack("another order's paymentKey, already paid", (stack) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(stack);
  });
  afterAll(() => shop?.close());

  const keyOf = (orderId: string) => shop.mock.ledger.accounts({ orderId })[0]?.paymentKey ?? "";

  test("pay_isRefused_anotherOrderOfOursIsPaidWithIt", async () => {
    const paid = await shop.placePaid({ tea: [1, 10_000] });
    const order = await shop.place({ tea: [1, 10_000] });
    const refusal = await order.tries.pay(keyOf(paid.id));
    expect(refusal).toMatchObject({ ok: false, code: "PAYMENT_KEY_IN_USE" });
    await order.ends({ state: "ordered" });
    await paid.ends({ state: "paid", captured: 10_000 });
    expect(shop.mock.ledger.requests({ route: "confirm", orderId: order.id })).toHaveLength(0);
  });

  test("pay_isTakenForOne_twoOrdersBringTheKeyAtOnce", async () => {
    const [mine, other] = [await shop.place({ tea: [1, 10_000] }), await shop.place({ tea: [1, 10_000] })];
    const paymentKey = await mine.authenticate();
    const replies = await Promise.all([mine.tries.pay(paymentKey), other.tries.pay(paymentKey)]);
    expect(replies.filter((reply) => reply.ok)).toHaveLength(1);
    expect(replies.find((reply) => !reply.ok)).toMatchObject({ code: "PAYMENT_KEY_IN_USE" });
    await other.until("ordered"); // Toss refuses the key for an order that it was not made for
    await other.ends({ state: "ordered" });
    const taken = replies[0]?.ok === true;
    await mine.ends(taken ? { state: "paid", captured: 10_000 } : { state: "ordered" });
  });

  test("pay_isDeclined_paidAtTossForAnOrderUnknownToUs", async () => {
    const stranger = `${(await shop.place({ tea: [1, 10_000] })).id}-elsewhere`;
    const { paymentKey } = shop.mock.authenticate({ orderId: stranger, amount: 10_000 });
    await confirmAtToss(paymentKey, stranger);
    const order = await shop.place({ tea: [1, 10_000] });
    await order.pay(paymentKey);
    await order.hears("payment.declined");
    await order.ends({ state: "ordered" });
    expect((await order.order()).payments).toMatchObject([{ failure: { code: "PAYMENT_MISMATCH" } }]);
    // The stranger's money stays where it is.
    expect(shop.mock.ledger.account(paymentKey)).toMatchObject({ status: "DONE", balanceAmount: 10_000 });
  });

  test("pay_isDeclined_theKeyIsOfAnotherAmount", async () => {
    const order = await shop.place({ tea: [1, 10_000] });
    const { paymentKey } = shop.mock.authenticate({ orderId: order.id, amount: 9_000 });
    await order.pay(paymentKey);
    await order.hears("payment.declined");
    await order.ends({ state: "ordered" });
  });

  const confirmAtToss = async (paymentKey: string, orderId: string) => {
    const answer = await fetch(`${shop.mock.url}/v1/payments/confirm`, {
      method: "POST",
      headers: {
        authorization: `Basic ${btoa(`${shop.mock.secretKey}:`)}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ paymentKey, orderId, amount: 10_000 }),
    });
    expect(answer.status).toBe(200);
  };
});
