import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { OrderView } from "../../gateway/schemas/order.ts";
import { auditOrder } from "./audit.ts";
import { pay, place } from "./lives.ts";
import { inShop, type Shop } from "./shop.ts";
import { stacks } from "./stacks.ts";

const UNPAID = 1_000;
const PAID = 30;
const AT_ONCE = 50;
const DAY_MS = 24 * 60 * 60_000;
/** The stand-in for MongoDB reads the whole collection for each page and each look at what is due. */
const PATIENCE_MS = 180_000;

/** Every order in a state, over all pages. */
const ordersIn = async ({ client }: Shop, state: OrderView["state"]): Promise<OrderView[]> => {
  const found: OrderView[] = [];
  let cursor = "";
  do {
    const page = await client.get<{ orders: OrderView[]; nextCursor?: string }>(
      `/orders?state=${state}&limit=200${cursor && `&cursor=${cursor}`}`,
    );
    found.push(...page.orders);
    cursor = page.nextCursor ?? "";
  } while (cursor);
  return found;
};

const untilNone = async (shop: Shop, state: OrderView["state"]): Promise<void> => {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await Bun.sleep(200)) {
    const { orders } = await shop.client.get<{ orders: unknown[] }>(`/orders?state=${state}&limit=1`);
    if (orders.length === 0) return;
  }
  throw new Error(`${(await ordersIn(shop, state)).length} orders are still ${state}.`);
};

const timersFireOnce = async (shop: Shop): Promise<void> => {
  await shop.start();
  for (let placed = 0; placed < UNPAID; placed += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, () => place(shop, 1)));
  }
  const payOne = async () => {
    const orderId = await place(shop, 2);
    await pay(shop, orderId, 2);
    return orderId;
  };
  const paid = await Promise.all(Array.from({ length: PAID }, payOne));
  expect(await ordersIn(shop, "ordered")).toHaveLength(UNPAID);
  await shop.processes.at(-1)?.kill9();

  const program = join(import.meta.dir, "ahead.ts");
  await shop.start({ program, env: { CLOCK_AHEAD_MS: String(8 * DAY_MS) } });
  await untilNone(shop, "ordered");
  await untilNone(shop, "paid");

  const expired = await ordersIn(shop, "expired");
  expect(expired).toHaveLength(UNPAID);
  expect(
    expired.filter(({ seq, timers, effects }) => seq !== 2 || timers.length + effects.length > 0),
  ).toEqual([]);
  expect((await ordersIn(shop, "purchaseConfirmed")).map(({ orderId }) => orderId).sort()).toEqual(
    paid.sort(),
  );
  for (const orderId of [...paid, ...expired.slice(0, 30).map((order) => order.orderId)]) {
    await auditOrder(shop, orderId);
  }
};

describe.each(stacks)("restart on $name", (stack) => {
  test(
    "timers_fireOnce_thousandOrdersWaitedThroughAKill",
    () => inShop(stack, timersFireOnce),
    2 * PATIENCE_MS,
  );
});
