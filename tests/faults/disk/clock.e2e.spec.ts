import { expect, test } from "bun:test";
import { auditOrder, expectCountsAgree, expectSameAnswers, readOrder } from "../../crash/audit.ts";
import { authenticated, giveBack, liveOrder, pay, place, refunded } from "../../crash/lives.ts";
import { createRandom, seedOfRun } from "../../crash/random.ts";
import { inShop, type Shop } from "../../crash/shop.ts";
import { embedded } from "../../crash/stacks.ts";
import { buildShim } from "./shim.ts";

const DAY_SECONDS = 24 * 60 * 60;
const UNPAID = 5;

/** Under how many keys Toss was asked for something: more than one would be asking for more money. */
const keysAtToss = ({ mock }: Shop, route: "confirm" | "cancel", orderId: string): number =>
  new Set(mock.ledger.requests({ route, orderId }).map(({ idempotencyKey }) => idempotencyKey)).size;

/** A payment that Toss has captured, and whose answer it holds back. */
const payHeld = async (shop: Shop) => {
  const orderId = await place(shop, 2);
  const held = shop.mock.hold("confirm", { orderId, at: "beforeReply" });
  const body = authenticated(shop, orderId, 2);
  void shop.client.send({ path: `/orders/${orderId}/payment`, body, key: crypto.randomUUID() });
  await held.reached;
  await shop.mock.processed("confirm", orderId);
  return { orderId, release: held.release };
};

const expectPaidOnce = async (shop: Shop, orderId: string): Promise<void> => {
  await shop.client.until(`/orders/${orderId}`, ({ state }) => state === "paid");
  expect(shop.mock.ledger.captures(orderId)).toHaveLength(1);
  expect(keysAtToss(shop, "confirm", orderId)).toBe(1);
  await auditOrder(shop, orderId);
};

test.concurrent("money_isRight_clockPutADayForwardWhileRunning", () =>
  inShop(embedded, async (shop) => {
    const shim = buildShim(shop.folder);
    await shop.start({ env: shim.env });
    const unpaid = await Promise.all(Array.from({ length: UNPAID }, () => place(shop, 1)));
    const paid = await place(shop, 2);
    await pay(shop, paid, 2);
    const paying = await payHeld(shop);

    shim.set({ aheadSeconds: DAY_SECONDS });
    for (const orderId of unpaid) {
      await shop.client.until(`/orders/${orderId}`, ({ state }) => state === "expired");
      await auditOrder(shop, orderId);
    }
    // Its lease has run out by that clock, but it runs: nobody else took it up.
    paying.release();
    await expectPaidOnce(shop, paying.orderId);
    expect(shop.mock.ledger.requests({ route: "confirm", orderId: paying.orderId })).toHaveLength(1);

    await refunded(shop, paid, await giveBack(shop, paid, 1));
    expect(keysAtToss(shop, "cancel", paid)).toBe(1);
    await auditOrder(shop, paid);
    await expectSameAnswers(shop);
    await expectCountsAgree(shop);
    expect(shop.processes[0]?.logged("error")).toEqual([]);
  }));

test.concurrent("nothingHangs_clockSetBackADayWhileRunning", () =>
  inShop(embedded, async (shop) => {
    const random = createRandom(seedOfRun());
    const shim = buildShim(shop.folder);
    await shop.start({ env: { ...shim.env, TOSS_MAX_PER_SECOND: "50" } });
    const before = await liveOrder(shop, random);
    const paying = await payHeld(shop);

    shim.set({ aheadSeconds: -DAY_SECONDS });
    const after = await Promise.all(Array.from({ length: 4 }, () => liveOrder(shop, random)));
    paying.release();
    await expectPaidOnce(shop, paying.orderId);
    for (const orderId of [before, ...after]) await auditOrder(shop, orderId);
    await expectSameAnswers(shop);
    await expectCountsAgree(shop);

    // Events are in the order of their number; the time beside it is what the clock said.
    const { entries } = await readOrder(shop, paying.orderId);
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(`${entries.at(-1)?.at}` < `${entries[0]?.at}`).toBe(true);
  }));

test.concurrent("payment_isResumed_killedAndTheClockSetBackADay", () =>
  inShop(embedded, async (shop) => {
    const shim = buildShim(shop.folder);
    await shop.start({ env: shim.env });
    const paying = await payHeld(shop);
    await shop.processes[0]?.kill9();
    paying.release();

    shim.set({ aheadSeconds: -DAY_SECONDS });
    await shop.start({ env: shim.env });
    await expectPaidOnce(shop, paying.orderId);
    await shop.processes[1]?.kill9();

    shim.set({ aheadSeconds: DAY_SECONDS });
    await shop.start({ env: shim.env });
    await auditOrder(shop, paying.orderId);
    await expectSameAnswers(shop);
  }));
