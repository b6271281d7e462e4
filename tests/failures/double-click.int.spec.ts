import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Answer } from "./node.ts";
import type { OrderStory } from "./order-story.ts";
import { openShop, type Shop } from "./shop.ts";
import { onEachStack } from "./stacks.ts";

onEachStack("double-click on pay", (stack) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(stack);
  });
  afterAll(() => shop?.close());

  const click = (order: OrderStory, paymentKey: string, key: string): Promise<Answer> =>
    shop.node.post(`/orders/${order.id}/payment`, { paymentKey, amount: 10_000 }, { key });
  const codesOf = (answers: readonly Answer[]) => answers.map(({ body }) => body.code);

  test("pay_answersBothAlike_sameIdempotencyKey", async () => {
    const order = await shop.place({ tea: [1, 10_000] });
    const paymentKey = await order.authenticate();
    const answers = await Promise.all([1, 2, 3].map(() => click(order, paymentKey, "one-click")));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    expect(answers[1]?.body).toEqual(answers[0]?.body ?? {});
    await order.ends({ state: "paid", captured: 10_000 });
    expect(order.calls("confirm")).toHaveLength(1);
  });

  test("pay_takesOneOfThem_otherKeysSamePaymentKey", async () => {
    const order = await shop.place({ tea: [1, 10_000] });
    const paymentKey = await order.authenticate();
    const answers = await Promise.all(["a", "b", "c"].map((key) => click(order, paymentKey, key)));
    const refused = answers.filter((answer) => answer.status !== 200);
    expect(refused).toHaveLength(2);
    for (const code of codesOf(refused)) expect(code).toBeOneOf(["PAYMENT_IN_PROGRESS", "ORDER_NOT_PAYABLE"]);
    await order.ends({ state: "paid", captured: 10_000 });
    expect(order.calls("confirm")).toHaveLength(1);
  });

  test("pay_takesOneOfThem_twoWindowsWithAPaymentKeyEach", async () => {
    const order = await shop.place({ tea: [1, 10_000] });
    const windows = [await order.authenticate(), await order.authenticate()];
    const answers = await Promise.all(windows.map((paymentKey) => click(order, paymentKey, paymentKey)));
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    await order.ends({ state: "paid", captured: 10_000 });
  });

  test("pay_isRefused_orderIsPaidAlready", async () => {
    const order = await shop.placePaid({ tea: [1, 10_000] });
    const late = await click(order, await order.authenticate(), "late");
    expect(late).toMatchObject({ status: 409, body: { code: "ORDER_NOT_PAYABLE" } });
    await order.ends({ state: "paid", captured: 10_000 });
  });
});
