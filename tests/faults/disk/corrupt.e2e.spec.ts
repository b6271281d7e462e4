import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, existsSync, mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSqliteStore } from "../../../actors/store.sqlite.ts";
import { auditOrder, expectSameAnswers } from "../../crash/audit.ts";
import { pay, place } from "../../crash/lives.ts";
import { inShop, type Shop } from "../../crash/shop.ts";
import { embedded } from "../../crash/stacks.ts";
import { askForOrder, untilReadiness } from "./asking.ts";
import {
  cutInHalf,
  evidence,
  loseIndexWrite,
  overwrite,
  overwriteMiddle,
  replaceByOthers,
  tearEnd,
} from "./damage.ts";
import { failToStart } from "./starting.ts";

const ORDERS = 12;
const emptied = (path: string) => truncateSync(path, 0);
const header = (path: string) => overwrite(path, 0, 100);

/** How a file of a shop that ended well is damaged, and what is said of it. */
const damages = [
  { what: "header overwritten", file: "orders.sqlite", damage: header, says: "file is not a database" },
  { what: "page overwritten", file: "orders.sqlite", damage: overwriteMiddle, says: "malformed" },
  { what: "cut in half", file: "orders.sqlite", damage: cutInHalf, says: "malformed" },
  { what: "empty", file: "orders.sqlite", damage: emptied, says: "it is empty" },
  { what: "another program's", file: "orders.sqlite", damage: replaceByOthers, says: "(but: bookmarks)" },
  {
    what: "index disagrees",
    file: "orders.sqlite",
    damage: loseIndexWrite,
    says: "missing from index orders_due",
  },
  { what: "header overwritten", file: "bus.sqlite", damage: header, says: "file is not a database" },
  { what: "empty", file: "settlement-ledgers.sqlite", damage: emptied, says: "it is empty" },
];

/** The same of one that was killed, so that its newest commits stand in the log alone. */
const logDamages = [
  { what: "log without its head", file: "orders.sqlite-wal", damage: header, says: "the head of its -wal" },
  {
    what: "log damaged before its end",
    file: "orders.sqlite-wal",
    damage: (path: string) => overwrite(path, 32 + 8_216 + 100, 500),
    says: "its -wal does not add up at byte 8248",
  },
  { what: "log alone", file: "orders.sqlite", damage: (path: string) => rmSync(path), says: "it is gone" },
];

describe("a file of the shop is damaged", () => {
  let folder: string;
  const data = (name: string) => join(folder, name, "data");
  /** Keeps a copy of the shop's data under a name. */
  const keep = (shop: Shop, name: string) =>
    cpSync(`${shop.settings.DATA_DIR}`, data(name), { recursive: true });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "jumun-damage-"));
    await inShop(embedded, async (shop) => {
      const order = async () => pay(shop, await place(shop, 2), 2);
      const process = await shop.start();
      await Promise.all(Array.from({ length: ORDERS }, order));
      await process.stop();
      keep(shop, "stopped");
      const next = await shop.start();
      for (let count = 0; count < ORDERS; count += 1) await order();
      await next.kill9();
      keep(shop, "killed");
    });
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const expectRefusal = async (
    kept: string,
    { what, file, damage, says }: (typeof damages)[number],
  ): Promise<void> => {
    const dataDir = data(`${kept}-${file}-${what}`);
    cpSync(data(kept), dataDir, { recursive: true });
    damage(join(dataDir, file));
    const path = join(dataDir, file.replace("-wal", ""));
    const before = evidence(path);
    const { ended, output } = await failToStart(dataDir);
    expect(ended).toBe("exit code 1");
    expect(output).toContain(`STORE_CORRUPT: ${path} is damaged: `);
    expect(output).toContain(says);
    expect(output).toContain("restore the last backup");
    // What shows how it came about is as it was.
    expect(evidence(path)).toEqual(before);
  };

  test.concurrent.each(damages)("start_refuses_$file: $what", (one) => expectRefusal("stopped", one));
  test.concurrent.each(logDamages)("start_refuses_$file: $what", (one) => expectRefusal("killed", one));
});

test.concurrent("acknowledged_isKept_logTornBehindIt", () =>
  inShop(embedded, async (shop) => {
    const log = join(`${shop.settings.DATA_DIR}`, "orders.sqlite-wal");
    const process = await shop.start();
    const orderIds = await Promise.all(Array.from({ length: ORDERS }, () => place(shop, 2)));
    await process.kill9();
    expect(existsSync(log)).toBe(true);
    tearEnd(log);

    await shop.start();
    for (const orderId of orderIds) await auditOrder(shop, orderId);
    await expectSameAnswers(shop);
  }));

test.concurrent("requests_areRefused_largeFileFoundDamagedWhileItServes", () =>
  inShop(embedded, async (shop) => {
    const path = join(`${shop.settings.DATA_DIR}`, "orders.sqlite");
    await fillLarge(path);
    overwriteMiddle(path);
    const before = evidence(path);

    // Too large to be checked before it serves: it may not even be ready once.
    const starting = shop.start({ env: { COMMAND_WAIT_MS: "200" } }).catch(() => undefined);
    while (shop.processes.length === 0) await Bun.sleep(10);
    const process = shop.processes[0];
    while (!process?.output().includes('"msg":"ready"')) await Bun.sleep(20);
    const notReady = await untilReadiness(shop, 503);
    expect(notReady.detail).toContain(`${path} is damaged: `);
    expect(await askForOrder(shop)).toMatchObject({ status: 503, code: "STORE_CORRUPT", retryAfter: null });
    expect(process.logged("error").map(({ msg }) => msg)).toEqual([
      "a file of the shop is damaged; nothing more is done with it",
    ]);
    expect(await process.stop()).toBe("exit code 0");
    expect(evidence(path)).toEqual(before);
    await starting;
  }));

/** 40 MB of orders with nothing due. */
const fillLarge = async (path: string): Promise<void> => {
  const store = await createSqliteStore({ path });
  const pad = "x".repeat(70_000);
  for (let batch = 0; batch < 20; batch += 1) {
    await store.commit(
      Array.from({ length: 25 }, (_, index) => ({
        expectedVersion: 0,
        document: {
          orderId: `o${batch}-${index}`,
          version: 1,
          partition: 0,
          state: "canceled",
          customerId: "c-1",
          placedAt: new Date(batch * 1_000 + index).toISOString(),
          updatedAt: pad,
          snapshot: null,
          history: [],
          seq: 1,
          publishedSeq: 1,
          replies: [],
          archivedReplies: 0,
          effects: [],
          dueAt: null,
        },
      })),
    );
  }
  await store.close();
};
