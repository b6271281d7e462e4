import { afterEach, describe, expect, test } from "bun:test";
import type { Reply } from "../../actors/command.ts";
import { balanceOf } from "../../machines/mod.ts";
import { until } from "./eventually.ts";
import type { OrderStory } from "./order-story.ts";
import { openShop, type Shop } from "./shop.ts";
import { servers } from "./stacks.ts";

const ORDERS = 8;
const COMMANDS = 30;

describe("several runtimes at once on one store and bus [nats+mongodb]", () => {
  let shop: Shop | undefined;
  afterEach(() => shop?.close());

  test.each([2, 3])("commands_runOnceEachAndMoneyIsRight_oneOf %d isKilled", async (count) => {
    shop = await openShop(servers, { gatewayOnly: true });
    const runtimes: Awaited<ReturnType<typeof shop.join>>[] = [];
    for (let n = 1; n <= count; n += 1) runtimes.push(await shop.join({ owner: `runtime-${n}` }));
    const partitionsOf = () => runtimes.map(({ runtime }) => runtime.stats().partitions.length);
    await until("each has its share", () => partitionsOf().every((held) => held >= Math.floor(16 / count)));

    const dice = createDice(count);
    const orders: OrderStory[] = [];
    for (let n = 0; n < ORDERS; n += 1) orders.push(await shop.place({ tea: [4, 1_000], cup: [2, 500] }));
    let told = 0;
    const lives = orders.map(async (order) => {
      const replies: Reply[] = [];
      const customers = [1, 2, 3].map(async () => {
        for (let n = 0; n < COMMANDS / 3; n += 1) {
          replies.push(await randomStep(order, dice));
          told += 1;
        }
      });
      await Promise.all(customers);
      return { order, replies };
    });
    await until("a third is told", () => told > (ORDERS * COMMANDS) / 3);
    await runtimes[0]?.kill();

    for (const { order, replies } of await Promise.all(lives)) {
      await isQuiet(order);
      const history = await order.history();
      expect(history.map((entry) => entry.seq)).toEqual(history.map((_, index) => index + 1));
      const ran = history.map((entry) => entry.commandId);
      expect(new Set(ran).size).toBe(ran.length);
      for (const { ok, commandId } of replies) expect(ran.includes(commandId)).toBe(ok);

      const { captures, refunds } = shop.mock.ledger;
      expect(captures(order.id).length - refunds(order.id).filter(isWhole).length).toBeLessThanOrEqual(1);
      expect(total(captures(order.id)) - total(refunds(order.id))).toBe(balanceOf(await order.order()));
    }
  });

  test("partition_isConsumedInTheEnd_itsConsumerCouldNotBeOpened", async () => {
    shop = await openShop(servers, { gatewayOnly: true });
    const first = await shop.join({ owner: "runtime-1" });
    const second = await shop.join({ owner: "runtime-2" });
    second.busFaults.refuseConsumers(5);
    const held = () => [first, second].map(({ runtime }) => runtime.stats().partitions.length);
    await until("each has its half", () => held().every((count) => count === 8));
    const { place } = shop;
    await Promise.all(Array.from({ length: 64 }, () => place({ tea: [1, 1_000] })));
    await first.stop();
    await until("the other has all", () => second.runtime.stats().partitions.length === 16);
    await Promise.all(Array.from({ length: 64 }, () => place({ tea: [1, 1_000] })));
  });
});

const isWhole = ({ amount }: { amount: number }) => Math.abs(amount) === 5_000;
const total = (moves: readonly { amount: number }[]) =>
  moves.reduce((sum, { amount }) => sum + Math.abs(amount), 0);

/** Waits until neither a call to Toss nor a refund is left to come. */
const isQuiet = (order: OrderStory) =>
  until(`${order.id} has nothing left to do`, async () => {
    const { effects } = await order.document();
    const { cancellations } = await order.order();
    return effects.length === 0 && cancellations.every(({ state }) => state !== "restocked");
  });

type Dice = (sides: number) => number;

/** Throws that are the same in each run: what differs is who is faster. */
const createDice = (seed: number): Dice => {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % sides;
  };
};

const randomStep = async (order: OrderStory, dice: Dice): Promise<Reply> => {
  const pieces = dice(2) === 0 ? { tea: 1 + dice(2) } : { cup: 1 };
  const cancellationId = String(1 + dice(3));
  switch (dice(6)) {
    case 0:
    case 1:
      return order.tries.pay();
    case 2:
      // An unpaid order can only be cancelled as a whole, which would end it too soon.
      return order.tries.cancel(pieces);
    case 3:
      return order.tries.confirmPurchase(pieces);
    case 4:
      return dice(4) === 0 ? order.tries.withdraw(cancellationId) : order.tries.restock(cancellationId);
    default: {
      // Asked twice at once, as by a double click.
      const key = crypto.randomUUID();
      const ask = () => order.send("cancellation.restock", { cancellationId }, key);
      const [once, twice] = await Promise.all([ask(), ask()]);
      expect(twice).toEqual(once);
      return once;
    }
  }
};
