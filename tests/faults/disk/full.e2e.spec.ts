import { expect, test } from "bun:test";
import { join } from "node:path";
import { auditOrder, expectCountsAgree, expectSameAnswers } from "../../crash/audit.ts";
import { place } from "../../crash/lives.ts";
import { inShop, type Shop } from "../../crash/shop.ts";
import { embedded } from "../../crash/stacks.ts";
import { askForOrder, untilReadiness } from "./asking.ts";
import { buildShim } from "./shim.ts";
import { onSmallDisk } from "./small-disk.ts";
import { openForTraffic } from "./traffic.ts";

const CUSTOMERS = 6;
const FULL_MS = 1_500;
const env = { COMMAND_WAIT_MS: "500", PAYMENT_WAIT_MS: "1000" };
const BRISK = join(import.meta.dir, "brisk.ts");
const TROUBLE = "a file of the shop can't be used; it is tried again";

const expectAllKept = async (shop: Shop, orderIds: readonly string[]): Promise<void> => {
  expect(new Set(orderIds).size).toBe(orderIds.length);
  for (const orderId of orderIds) await auditOrder(shop, orderId);
  await expectSameAnswers(shop);
  await expectCountsAgree(shop);
  console.log(`${orderIds.length} orders, ${shop.client.told.length} answers, all kept`);
};

test.concurrent("acknowledged_isKept_diskFilledUnderTraffic", () => {
  const stack = onSmallDisk();
  return inShop(stack, async (shop) => {
    const process = await shop.start({ env, program: BRISK });
    const traffic = openForTraffic(shop, CUSTOMERS);
    await shop.client.until("/orders?state=refunded&limit=1", ({ orders }) => `${orders}` !== "");

    stack.disk.fill();
    const notReady = await untilReadiness(shop, 503);
    expect(notReady).toMatchObject({ code: "NOT_READY", retryAfter: "1" });
    expect(notReady.detail).toContain("is full. Make room on it");
    const fullUntil = performance.now() + FULL_MS;
    while (performance.now() < fullUntil) {
      const refusal = await askForOrder(shop);
      expect(["STORE_UNAVAILABLE", "BUS_UNAVAILABLE"]).toContain(`${refusal.code}`);
      expect(refusal).toMatchObject({ status: 503, retryAfter: "1" });
    }

    stack.disk.makeRoom();
    await untilReadiness(shop, 200);
    await expectAllKept(shop, await traffic.end());
    // It mended itself, and said each thing once.
    expect(shop.processes).toEqual([process]);
    const told = process.logged("error").filter(({ msg }) => msg === TROUBLE);
    expect(told.length).toBeGreaterThan(0);
    expect(new Set(told.map(({ path }) => path)).size).toBe(told.length);
    expect(process.logged("warn").length).toBeLessThan(50);
    expect(process.logged("info").filter(({ msg }) => msg === "the file can be written again")).toHaveLength(
      told.length,
    );
  });
});

test.concurrent("acknowledged_isKept_killedAndStartedOnAFullDisk", () => {
  const stack = onSmallDisk();
  return inShop(stack, async (shop) => {
    const first = await shop.start({ env });
    const orderIds = await Promise.all(Array.from({ length: 10 }, () => place(shop, 2)));
    stack.disk.fill();
    await untilReadiness(shop, 503);
    await first.kill9();

    // What is there can be read; nothing is taken, and readiness says why.
    void shop.start({ env }).catch(() => {});
    const notReady = await untilReadiness(shop, 503);
    expect(notReady.detail).toContain("is full. Make room on it");
    expect(await askForOrder(shop)).toMatchObject({ status: 503, retryAfter: "1" });
    for (const orderId of orderIds) await auditOrder(shop, orderId);

    stack.disk.makeRoom();
    await untilReadiness(shop, 200);
    await expectAllKept(shop, orderIds);
  });
});

test.concurrent.each([
  ["readOnly", "does not take what is written"],
  ["failing", "does not take what is written"],
] as const)("acknowledged_isKept_diskBecame: %s", (writes, says) =>
  inShop(embedded, async (shop) => {
    const shim = buildShim(shop.folder);
    const process = await shop.start({ env: { ...env, ...shim.env } });
    const orderIds = await Promise.all(Array.from({ length: 5 }, () => place(shop, 2)));
    shim.set({ writes });
    expect((await untilReadiness(shop, 503)).detail).toContain(says);
    expect(await askForOrder(shop)).toMatchObject({ status: 503, retryAfter: "1" });

    shim.set({});
    await untilReadiness(shop, 200);
    orderIds.push(await place(shop, 2));
    await expectAllKept(shop, orderIds);
    expect(shop.processes).toEqual([process]);
  }),
);
