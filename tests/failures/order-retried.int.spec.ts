import { afterAll, beforeAll, expect, test } from "bun:test";
import { placeData } from "./order-story.ts";
import { openShop, type Shop } from "./shop.ts";
import { onEachStack } from "./stacks.ts";

onEachStack("POST /orders retried after a lost reply", (stack) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(stack);
  });
  afterAll(() => shop?.close());

  const body = placeData({ tea: [2, 10_000] });
  const post = (key: string, wanted = body) => shop.node.post("/orders", wanted, { key });
  const ordersThereAre = async () => (await shop.node.client.list({ limit: 200 })).orders.length;

  test("post_findsTheFirstOrder_sameKeyAgain", async () => {
    const before = await ordersThereAre();
    const lost = await post("first");
    const again = await post("first");
    expect(again).toEqual(lost);
    expect(again.status).toBe(201);
    expect(await ordersThereAre()).toBe(before + 1);
    expect(await shop.tell(String(again.body.orderId)).events()).toEqual(["order.placed"]);
  });

  test("post_findsTheFirstOrder_theProcessWasKilledAfterItsWrite", async () => {
    const hold = shop.node.storeFaults.holdCommits();
    void post("killed");
    await hold.reached;
    const [write] = shop.node.storeFaults.commits.at(-1) ?? [];
    hold.release();
    await shop.restart("kill");
    const again = await post("killed");
    expect(again).toMatchObject({ status: 201, body: { orderId: write?.document.orderId } });
    expect(await shop.tell(String(again.body.orderId)).events()).toEqual(["order.placed"]);
  });

  test("post_makesOneOrder_tenAtOnceOfOneKey", async () => {
    const before = await ordersThereAre();
    const answers = await Promise.all(Array.from({ length: 10 }, () => post("ten")));
    expect(new Set(answers.map(({ body }) => body.orderId)).size).toBe(1);
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 201));
    expect(await ordersThereAre()).toBe(before + 1);
  });

  test("post_isRefused_sameKeyAnotherBody", async () => {
    await post("reused");
    const other = await post("reused", placeData({ tea: [3, 10_000] }));
    expect(other).toMatchObject({ status: 422, body: { code: "IDEMPOTENCY_KEY_REUSED" } });
  });

  test("post_repeatsTheRefusal_itsFirstWasRefused", async () => {
    const wrong = { ...body, totalAmount: 1 };
    const refused = await post("wrong", wrong);
    expect(refused).toMatchObject({ status: 422, body: { code: "TOTAL_MISMATCH" } });
    const again = await post("wrong", wrong);
    expect(again.body).toMatchObject({ code: "TOTAL_MISMATCH", commandId: refused.body.commandId });
    expect((await shop.node.get(`/orders/${refused.body.orderId}`)).status).toBe(404);
  });
});
