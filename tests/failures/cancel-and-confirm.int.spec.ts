import { afterAll, beforeAll, expect, test } from "bun:test";
import { openShop, type Shop } from "./shop.ts";
import { onEachStack } from "./stacks.ts";

const ROUNDS = 30;

onEachStack("cancel and purchase confirmation of the same quantity at once", (stack) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(stack);
  });
  afterAll(() => shop?.close());

  test("eitherTakesThePieces_neverBoth_thirtyRounds", async () => {
    const rounds = Array.from({ length: ROUNDS }, async (_, round) => {
      const order = await shop.placePaid({ tea: [2, 10_000] });
      const steps = [() => order.tries.cancel({ tea: 2 }), () => order.tries.confirmPurchase({ tea: 2 })];
      if (round % 2 === 1) steps.reverse();
      const replies = await Promise.all(steps.map((step) => step()));
      expect(replies.filter((reply) => reply.ok)).toHaveLength(1);
      const refusal = { ok: false, code: expect.stringMatching(/^(ITEM_ALREADY_|ORDER_NOT_)/) };
      expect(replies.find((reply) => !reply.ok)).toMatchObject(refusal);

      const { cancellations, lines } = await order.order();
      const canceled = cancellations.length === 1;
      expect(lines).toMatchObject([{ canceling: canceled ? 2 : 0, confirmed: canceled ? 0 : 2 }]);
      if (canceled) await order.restock("1");
      await order.ends(
        canceled
          ? { state: "refunded", captured: 20_000, refunded: 20_000 }
          : { state: "purchaseConfirmed", captured: 20_000 },
      );
    });
    await Promise.all(rounds);
  });

  test("eachPieceGoesOneWay_manyAskForEach", async () => {
    const order = await shop.placePaid({ tea: [10, 1_000] });
    const asking = Array.from({ length: 16 }, (_, n) =>
      n % 2 === 0 ? order.tries.cancel({ tea: 1 }) : order.tries.confirmPurchase({ tea: 1 }),
    );
    const accepted = (await Promise.all(asking)).filter((reply) => reply.ok);
    expect(accepted).toHaveLength(10);
    const { cancellations, lines } = await order.order();
    expect(lines).toMatchObject([{ canceling: cancellations.length, confirmed: 10 - cancellations.length }]);
  });
});
