import { describe, expect, test } from "bun:test";
import { auditOrder, expectSameAnswers } from "./audit.ts";
import { liveOrder } from "./lives.ts";
import { createRandom, seedOfRun } from "./random.ts";
import { inShop } from "./shop.ts";
import { natsMongodb } from "./stacks.ts";

const CUSTOMERS = 8;
const BEFORE_THE_KILL_MS = 1_500;

/** Processes that share their work; the first is killed mid-traffic. `runtime` ones have no gateway. */
const fleets = [
  { fleet: "two processes", roles: ["all", "all"] },
  { fleet: "three processes", roles: ["all", "all", "all"] },
  { fleet: "a runtime of two beside a gateway", roles: ["runtime", "runtime", "gateway"] },
  { fleet: "a gateway of two beside a runtime", roles: ["gateway", "gateway", "runtime"] },
] as const;

describe("several processes on nats+mongodb", () => {
  test.concurrent.each(fleets)("traffic_completes_firstKilledOf: $fleet", ({ fleet, roles }) => {
    const gateways = roles.filter((role) => role !== "runtime").length;
    return inShop(
      natsMongodb,
      async (shop) => {
        const seed = seedOfRun();
        console.log(`CRASH_SEED=${seed} for ${fleet}`);
        let gateway = 0;
        await Promise.all(
          roles.map((role) =>
            shop.start({
              env: { JUMUN_ROLE: role },
              ...(role === "runtime" ? { gateway: gateways } : { gateway: gateway++ }),
            }),
          ),
        );

        let traffic = true;
        const shopUntilThen = async (customer: number) => {
          const random = createRandom(seed + customer);
          const orders: string[] = [];
          while (traffic) orders.push(await liveOrder(shop, random));
          return orders;
        };
        const killOne = async () => {
          await Bun.sleep(BEFORE_THE_KILL_MS);
          await shop.processes[0]?.kill9();
          await Bun.sleep(BEFORE_THE_KILL_MS);
          traffic = false;
        };
        const customers = Array.from({ length: CUSTOMERS }, (_, customer) => shopUntilThen(customer + 1));
        const [orders] = await Promise.all([Promise.all(customers), killOne()]);

        const orderIds = orders.flat();
        for (const orderId of orderIds) await auditOrder(shop, orderId);
        await expectSameAnswers(shop);
        expect(shop.processes.flatMap((one) => one.logged("error"))).toEqual([]);
        console.log(`${fleet}: ${orderIds.length} orders, ${shop.client.told.length} answers, all kept`);
      },
      { gateways },
    );
  });
});
