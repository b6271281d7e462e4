import { describe, expect, test } from "bun:test";
import { auditOrder, expectSameAnswers, readOrder } from "./audit.ts";
import { authenticated, liveOrder, place } from "./lives.ts";
import { createRandom, seedOfRun } from "./random.ts";
import { inShop, type Shop } from "./shop.ts";
import { stacks } from "./stacks.ts";

const CUSTOMERS = 12;

/** Asks the newest process to stop and expects that it ends well: by itself, and with nothing to complain of. */
const stopWell = async (shop: Shop): Promise<void> => {
  const newest = shop.processes.at(-1);
  expect(await newest?.stop()).toBe("exit code 0");
  expect(newest?.logged("error")).toEqual([]);
  expect(newest?.output()).toContain('"msg":"stopped"');
};

describe.each(stacks)("SIGTERM on $name", (stack) => {
  test.concurrent("payment_isFinishedBeforeTheEnd_tossStillAnswers", () =>
    inShop(stack, async (shop) => {
      await shop.start();
      const orderId = await place(shop, 2);
      const held = shop.mock.hold("confirm", { orderId, at: "beforeReply" });
      const payment = authenticated(shop, orderId, 2);
      const asked = { path: `/orders/${orderId}/payment`, body: payment, key: crypto.randomUUID() };
      const answering = shop.client.send(asked);
      await held.reached;

      const stopping = stopWell(shop);
      // The customer is told at once that the payment is under way; Toss answers later.
      expect(await answering).toMatchObject({ status: 202, body: { orderId } });
      held.release();
      await stopping;

      await shop.start();
      expect((await readOrder(shop, orderId)).order.state).toBe("paid");
      expect(shop.mock.ledger.requests({ route: "confirm", orderId })).toHaveLength(1);
      await auditOrder(shop, orderId);
    }));

  test.concurrent("payment_isResumed_tossDoesNotAnswer", () =>
    inShop(stack, async (shop) => {
      await shop.start({ env: { TOSS_TIMEOUT_MS: "1000" } });
      const orderId = await place(shop, 2);
      shop.mock.faults.next("confirm", { kind: "timeoutAfterSuccess" }, { orderId });
      const body = authenticated(shop, orderId, 2);
      void shop.client.send({ path: `/orders/${orderId}/payment`, body, key: crypto.randomUUID() });
      await shop.mock.processed("confirm", orderId);
      await stopWell(shop);

      await shop.start();
      await shop.client.until(`/orders/${orderId}`, ({ state }) => state === "paid");
      await auditOrder(shop, orderId);
    }));

  test.concurrent("traffic_completes_stoppedAndStartedAgain", () =>
    inShop(stack, async (shop) => {
      const seed = seedOfRun();
      console.log(`CRASH_SEED=${seed} on ${stack.name}`);
      await shop.start();
      let stopping = true;
      const stopAgainAndAgain = async () => {
        for (let stop = 0; stop < 3; stop += 1) {
          await Bun.sleep(500);
          await stopWell(shop);
          await shop.start();
        }
        stopping = false;
      };
      const shopUntilThen = async (customer: number) => {
        const random = createRandom(seed + customer);
        const orders: string[] = [];
        while (stopping) orders.push(await liveOrder(shop, random));
        return orders;
      };
      const customers = Array.from({ length: CUSTOMERS }, (_, customer) => shopUntilThen(customer + 1));
      const [orders] = await Promise.all([Promise.all(customers), stopAgainAndAgain()]);
      for (const orderId of orders.flat()) await auditOrder(shop, orderId);
      await expectSameAnswers(shop);
    }));
});
