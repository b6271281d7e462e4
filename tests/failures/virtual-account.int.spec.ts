import { afterAll, beforeAll, expect, test } from "bun:test";
import { cardRules, defaultPolicy, type OrderPolicy } from "../../machines/mod.ts";
import { openShop, type Shop } from "./shop.ts";
import { onEachStack } from "./stacks.ts";

/** A shop that takes one method more: all that it needs is the method's rules. */
const policy: OrderPolicy = {
  ...defaultPolicy,
  paymentMethods: {
    card: cardRules,
    virtualAccount: {
      type: "virtualAccount",
      minimum: 200,
      limit: 10_000_000,
      tossMethods: ["가상계좌"],
    },
  },
};
const byTransfer = { paymentMethod: { type: "virtualAccount" } };

onEachStack("a virtual account, paid later", (stack) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(stack, { policy, mock: { depositCallbacks: true } });
    shop.mock.webhooks.configure({ url: `${shop.node.listen()}/webhooks/toss` });
  });
  afterAll(() => shop?.close());

  test("deposit_paysTheOrderOnce_itsWebhooksCome", async () => {
    const order = await shop.place({ tea: [1, 10_000] }, byTransfer);
    const paymentKey = await order.authenticate();
    await order.pay(paymentKey);
    await order.hears("payment.awaited");
    await order.ends({ state: "paying" });
    shop.mock.deposit(paymentKey);
    await order.until("paid");
    await shop.mock.webhooks.idle();
    await order.ends({ state: "paid", captured: 10_000 });
    expect((await order.events()).filter((type) => type === "payment.captured")).toHaveLength(1);
  });

  test("order_staysPaying_itsPaymentWindowIsOver", async () => {
    const order = await shop.place({ tea: [1, 10_000] }, byTransfer);
    const paymentKey = await order.authenticate();
    await order.pay(paymentKey);
    await order.hears("payment.awaited");
    shop.letPass(60 * 60_000);
    await shop.node.runtime.tick();
    expect((await order.document()).state).toBe("paying");
    shop.mock.deposit(paymentKey);
    await order.ends({ state: "paid", captured: 10_000 });
  });

  test("pay_goesBackInFull_cardWasPaidForAnOrderByTransfer", async () => {
    const order = await shop.place({ tea: [1, 10_000] }, byTransfer);
    const { paymentKey } = shop.mock.authenticate({ orderId: order.id, amount: 10_000, method: "카드" });
    await order.pay(paymentKey);
    await order.hears("stray.refunded");
    await order.ends({ state: "ordered", captured: 10_000, refunded: 10_000 });
    expect((await order.order()).payments).toMatchObject([{ failure: { code: "PAYMENT_MISMATCH" } }]);
  });

  test("account_isClosedBeforeItIsPaidInto_madeForACardOrder", async () => {
    const order = await shop.place({ tea: [1, 10_000] });
    const { paymentKey } = shop.mock.authenticate({ orderId: order.id, amount: 10_000, method: "가상계좌" });
    shop.mock.faults.next("cancel", { kind: "error", code: "PROVIDER_ERROR" }, { orderId: order.id });
    await order.pay(paymentKey);
    await order.hears("payment.declined");
    await order.ends({ state: "ordered" });
    expect(shop.mock.ledger.account(paymentKey)).toMatchObject({ status: "CANCELED", capturedAmount: 0 });
  });
});
