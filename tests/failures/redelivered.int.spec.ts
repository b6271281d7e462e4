import { afterAll, beforeAll, expect, test } from "bun:test";
import { openShop, type Shop } from "./shop.ts";
import { onEachStack } from "./stacks.ts";

onEachStack("command redelivered after its reply was sent", (stack) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(stack);
  });
  afterAll(() => shop?.close());

  test("cancel_runsOnceAndRepliesTheSame_broughtTenTimes", async () => {
    const order = await shop.placePaid({ tea: [20, 1_000] });
    const data = { lines: [{ productId: "tea", quantity: 1 }], reason: "one too many" };
    const first = await order.send("cancellation.request", data, "key");
    const command = order.command("cancellation.request", data, "key");
    for (let i = 0; i < 10; i += 1) expect(await shop.node.busFaults.redeliver(command)).toEqual(first);
    expect((await order.order()).cancellations).toHaveLength(1);
  });

  test("pay_capturesOnce_broughtAgainWhenLongPaid", async () => {
    const order = await shop.place({ tea: [1, 10_000] });
    const data = { paymentKey: await order.authenticate(), amount: 10_000 };
    const first = await order.send("payment.request", data, "key");
    await order.until("paid");
    expect(await shop.node.busFaults.redeliver(order.command("payment.request", data, "key"))).toEqual(first);
    await order.ends({ state: "paid", captured: 10_000 });
    expect(order.calls("confirm")).toHaveLength(1);
  });

  test("pay_capturesOnce_broughtToTheNextProcess", async () => {
    const order = await shop.place({ tea: [1, 10_000] });
    const data = { paymentKey: await order.authenticate(), amount: 10_000 };
    const first = await order.send("payment.request", data, "key");
    await order.until("paid");
    await shop.restart("kill");
    expect(await shop.node.busFaults.redeliver(order.command("payment.request", data, "key"))).toEqual(first);
    await order.ends({ state: "paid", captured: 10_000 });
  });

  test("command_isRefused_sameIdWithAnotherBody", async () => {
    const order = await shop.placePaid({ tea: [2, 1_000] });
    await order.send("cancellation.request", { reason: "first" }, "key");
    const other = order.command("cancellation.request", { reason: "second" }, "key");
    const reused = { ok: false, code: "IDEMPOTENCY_KEY_REUSED" };
    expect(await shop.node.busFaults.redeliver(other)).toMatchObject(reused);
    expect((await order.order()).cancellations).toHaveLength(1);
  });
});

onEachStack("a refused command redelivered after it could have succeeded", (stack) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(stack);
  });
  afterAll(() => shop?.close());

  test("pay_staysRefusedAndMovesNoMoney_theOtherPaymentWasDeclined", async () => {
    const order = await shop.place({ tea: [1, 10_000] });
    const hold = shop.mock.hold("confirm", { orderId: order.id, at: "beforeProcessing" });
    shop.mock.faults.next("confirm", { kind: "error", code: "REJECT_CARD_PAYMENT" }, { orderId: order.id });
    await order.pay();
    await hold.reached;
    const data = { paymentKey: await order.authenticate(), amount: 10_000 };
    const refusal = await order.send("payment.request", data, "second");
    expect(refusal).toMatchObject({ ok: false, code: "PAYMENT_IN_PROGRESS" });
    hold.release();
    await order.until("ordered"); // now it would be payable
    const again = await shop.node.busFaults.redeliver(order.command("payment.request", data, "second"));
    expect(again).toEqual(refusal);
    await order.ends({ state: "ordered" });
  });

  test("restock_staysRefusedAndRefundsNothing_theCancellationCameLater", async () => {
    const order = await shop.placePaid({ tea: [1, 10_000] });
    const restock = { cancellationId: "1" };
    const refusal = await order.send("cancellation.restock", restock, "early");
    expect(refusal).toMatchObject({ ok: false, code: "CANCELLATION_NOT_FOUND" });
    await order.cancel();
    const again = await shop.node.busFaults.redeliver(
      order.command("cancellation.restock", restock, "early"),
    );
    expect(again).toEqual(refusal);
    await order.ends({ state: "cancelRequested", captured: 10_000 });
  });

  test("pay_staysRefused_theOrderWasPlacedLater", async () => {
    const placed = await shop.place({ tea: [1, 10_000] });
    const unknown = shop.tell(`${placed.id}-later`);
    const data = { paymentKey: "key-of-nobody", amount: 10_000 };
    const refusal = await unknown.send("payment.request", data, "early");
    expect(refusal).toMatchObject({ ok: false, code: "ORDER_NOT_FOUND" });
    const { customer, lines, totalAmount } = await placed.order();
    const asked = lines.map(({ productId, quantity, unitPrice }) => ({ productId, quantity, unitPrice }));
    expect(await unknown.send("order.place", { customer, lines: asked, totalAmount })).toMatchObject({
      ok: true,
    });
    const again = await shop.node.busFaults.redeliver(unknown.command("payment.request", data, "early"));
    expect(again).toEqual(refusal);
    await unknown.ends({ state: "ordered" });
  });
});
