import { expect, test } from "bun:test";
import { auditOrder, expectCountsAgree, expectSameAnswers } from "../../crash/audit.ts";
import { liveOrder, orderOf } from "../../crash/lives.ts";
import { createRandom, seedOfRun } from "../../crash/random.ts";
import { inShop } from "../../crash/shop.ts";
import { embedded } from "../../crash/stacks.ts";
import { readiness } from "./asking.ts";
import { buildShim } from "./shim.ts";

const ONE_FSYNC_MS = 200;
const AT_ONCE = 200;
const CUSTOMERS = 3;
const MORE_MEMORY = 150 * 2 ** 20;

/** Resident memory of a process, in bytes. */
const memoryOf = async (pid: number): Promise<number> => {
  const pages = (await Bun.file(`/proc/${pid}/statm`).text()).split(" ")[1];
  return Number(pages) * 4_096;
};

test("nothing_isLostOrWrong_eachFsyncTakesLong", () =>
  inShop(embedded, async (shop) => {
    const seed = seedOfRun();
    console.log(`CRASH_SEED=${seed}`);
    const shim = buildShim(shop.folder);
    const process = await shop.start({
      env: { ...shim.env, COMMAND_WAIT_MS: "100", PAYMENT_WAIT_MS: "100" },
    });
    const before = await memoryOf(process.pid);
    shim.set({ syncMs: ONE_FSYNC_MS });

    // More at once than are stored within their wait: they are told 202, in time, and are run.
    const asked = await Promise.all(
      Array.from({ length: AT_ONCE }, () =>
        shop.client.send({ path: "/orders", body: orderOf(2), key: crypto.randomUUID() }),
      ),
    );
    const statuses = new Set(asked.map((answer) => answer?.status));
    expect([...statuses].filter((status) => status !== 201 && status !== 202)).toEqual([]);
    expect(statuses.has(202)).toBe(true);
    expect(await readiness(shop)).toMatchObject({ status: 200 });

    const lives = await Promise.all(
      Array.from({ length: CUSTOMERS }, (_, customer) => liveOrder(shop, createRandom(seed + customer))),
    );
    expect((await memoryOf(process.pid)) - before).toBeLessThan(MORE_MEMORY);
    expect(await process.stop()).toBe("exit code 0");
    expect(process.logged("error")).toEqual([]);
    expect(process.logged("warn").filter(({ msg }) => !msg.startsWith("NO AUTHENTICATION"))).toEqual([]);

    await shop.start();
    for (const orderId of lives) await auditOrder(shop, orderId);
    for (const { answer } of shop.client.promised.slice(0, AT_ONCE)) {
      await shop.client.until(`/commands/${answer.body.commandId}`, ({ status }) => status === "done");
    }
    await expectSameAnswers(shop);
    await expectCountsAgree(shop);
  }));
