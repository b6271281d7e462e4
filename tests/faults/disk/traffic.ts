import { liveOrder } from "../../crash/lives.ts";
import { createRandom, seedOfRun } from "../../crash/random.ts";
import type { Shop } from "../../crash/shop.ts";

/** Customers who live one order after the other; `end` lets each finish its last, and resolves to all of them. */
export const openForTraffic = (shop: Shop, customers: number): { end(): Promise<string[]> } => {
  const seed = seedOfRun();
  console.log(`CRASH_SEED=${seed}`);
  let open = true;
  const shopUntilTheEnd = async (customer: number): Promise<string[]> => {
    const random = createRandom(seed + customer);
    const orders: string[] = [];
    while (open) orders.push(await liveOrder(shop, random));
    return orders;
  };
  const all = Promise.all(Array.from({ length: customers }, (_, customer) => shopUntilTheEnd(customer + 1)));
  all.catch(() => {}); // told by `end`
  return {
    async end() {
      open = false;
      return (await all).flat();
    },
  };
};
