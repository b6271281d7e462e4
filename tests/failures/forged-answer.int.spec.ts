import { afterAll, beforeAll, expect, test } from "bun:test";
import { until } from "./eventually.ts";
import { openShop, type Shop } from "./shop.ts";
import { onEachStack } from "./stacks.ts";

onEachStack("whoever may hand in commands, in Toss' name", (stack) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(stack);
  });
  afterAll(() => shop?.close());

  test("order_staysUnpaid_captureCameByTheBus", async () => {
    const order = await shop.place({ tea: [1, 10_000] });
    const forged = shop.tell(order.id).command("payment.capture", {
      attempt: 1,
      amount: 10_000,
      approvedAt: "2026-11-23T10:00:00+09:00",
    });
    await shop.node.client.submit(forged, 1);
    await until("it is put aside", async () => {
      const { body } = await shop.node.get(`/commands/${forged.id}`);
      return body.status === "dead";
    });
    expect(await order.events()).toEqual(["order.placed"]);

    // An operator who lets it try again lets nothing in.
    await shop.node.client.revive(forged.id);
    await until("it is put aside again", async () => {
      const { body } = await shop.node.get("/dead-letters");
      return (body.deadLetters as { commandId: string }[]).some(({ commandId }) => commandId === forged.id);
    });
    expect(await order.events()).toEqual(["order.placed"]);
  });
});
