import { afterAll, beforeAll, expect, test } from "bun:test";
import type { OrderStory } from "./order-story.ts";
import { openShop, type Shop } from "./shop.ts";
import { onEachStack } from "./stacks.ts";

onEachStack("an order with a history of 500 entries", (stack) => {
  let shop: Shop;
  let order: OrderStory;
  const lines = [{ productId: "tea", quantity: 1 }];
  const confirm = (n: number) => order.send("purchase.confirm", { lines }, `piece ${n}`);

  beforeAll(async () => {
    shop = await openShop(stack);
    order = await shop.placePaid({ tea: [520, 100] });
    for (let done = 0; done < 500; done += 20) {
      const replies = await Promise.all(Array.from({ length: 20 }, (_, n) => confirm(done + n)));
      expect(replies.every((reply) => reply.ok)).toBe(true);
    }
  });
  afterAll(() => shop?.close());

  const seqs = Array.from({ length: 503 }, (_, n) => n + 1); // placed, requested, captured, and 500 pieces

  test("document_staysSmall_theRestIsArchived", async () => {
    const { history, replies, archivedReplies, seq } = await order.document();
    expect(seq).toBe(503);
    expect(history.length).toBeLessThan(150);
    expect(replies.length).toBeLessThan(150);
    expect(replies.length + archivedReplies).toBe(503);
  });

  test("history_isWholeAndInOrder_pagesOfAnySize", async () => {
    for (const limit of [1, 49, 50, 200, 1_000]) {
      const from = limit === 1 ? 440 : 0;
      const found: number[] = [];
      for (let after = from; ; after = found.at(-1) ?? after) {
        const page = await shop.node.client.history(order.id, { after, limit });
        found.push(...page.map((entry) => entry.seq));
        if (page.length < limit) break;
      }
      expect(found).toEqual(seqs.slice(from));
    }
  });

  test("command_repeatsItsReply_itsReplyIsArchived", async () => {
    const first = await confirm(0);
    expect(first).toMatchObject({ ok: true, seq: expect.any(Number) });
    const command = order.command("purchase.confirm", { lines }, "piece 0");
    expect(await shop.node.busFaults.redeliver(command)).toEqual(first);
    expect((await shop.node.get(`/commands/${command.id}`)).body).toMatchObject({ status: "done" });
    expect((await order.document()).seq).toBe(503);
  });

  test("order_goesOn_theNextProcessHasIt", async () => {
    await shop.restart("stop");
    await order.cancel({ tea: 20 });
    await order.restock("1");
    await order.ends({ state: "partiallyRefunded", captured: 52_000, refunded: 2_000 });
    expect((await order.history()).length).toBe(507);
  });
});
