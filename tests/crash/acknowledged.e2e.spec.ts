import { describe, expect, test } from "bun:test";
import { auditOrder, expectCountsAgree, expectSameAnswers } from "./audit.ts";
import { liveOrder } from "./lives.ts";
import { createRandom, seedOfRun } from "./random.ts";
import { inShop } from "./shop.ts";
import { stacks } from "./stacks.ts";

const CUSTOMERS = 24;
const KILLS = 4;

describe.each(stacks)("kill -9 on $name", (stack) => {
  test("acknowledged_isKept_killedManyTimesAtRandom", () =>
    inShop(stack, async (shop) => {
      const seed = seedOfRun();
      console.log(`CRASH_SEED=${seed} on ${stack.name}`);
      await shop.start();

      let killing = true;
      const killAgainAndAgain = async () => {
        const random = createRandom(seed);
        for (let kill = 0; kill < KILLS; kill += 1) {
          await Bun.sleep(random.between(50, 1_500));
          await shop.processes.at(-1)?.kill9();
          await shop.start();
        }
        killing = false;
      };
      const shopUntilThen = async (customer: number) => {
        const random = createRandom(seed + customer);
        const orders: string[] = [];
        while (killing) orders.push(await liveOrder(shop, random));
        return orders;
      };
      const customers = Array.from({ length: CUSTOMERS }, (_, customer) => shopUntilThen(customer + 1));
      const [orders] = await Promise.all([Promise.all(customers), killAgainAndAgain()]);

      const orderIds = orders.flat();
      expect(new Set(orderIds).size).toBe(orderIds.length);
      for (const orderId of orderIds) await auditOrder(shop, orderId);
      await expectSameAnswers(shop);
      await expectCountsAgree(shop);
      expect(shop.processes.flatMap((one) => one.logged("error"))).toEqual([]);
      console.log(`${orderIds.length} orders, ${shop.client.told.length} answers, all kept`);
    }));
});
