import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { recordAfter } from "../../actors/audit/record.ts";
import { createSqliteAuditStore } from "../../actors/audit/store.sqlite.ts";
import { createSqliteStore } from "../../actors/store.sqlite.ts";
import { someDocument } from "../contract/store-fixtures.ts";
import { overwrite } from "../faults/disk/damage.ts";
import { shelvesOf } from "./lives.ts";

const COMMAND = resolve(import.meta.dir, "../../deploy/audit.ts");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "jumun-audit-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = async (...args: string[]) => {
  const child = Bun.spawn([process.execPath, COMMAND, ...args], {
    env: { ...process.env, DATA_DIR: folder, MONGODB_URL: "", LOG_LEVEL: "silent" },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [code, out, err] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code, out, err };
};

const ORDER_ID = "order-of-test";

/** A shop with one sealed order. */
const openShop = async () => {
  const life = { orderId: ORDER_ID, basket: { tea: [1, 1_000] }, steps: [], batch: 1, notices: 0 } as const;
  const document = shelvesOf(life).at(-1)?.document;
  const [entry] = document?.history ?? [];
  if (!document || !entry?.chain) throw new Error("Nothing was written.");
  const store = await createSqliteStore({ path: join(folder, "orders.sqlite") });
  await store.commit([{ document, expectedVersion: 0 }]);
  await store.close();
  const trail = await createSqliteAuditStore({ path: join(folder, "audit.sqlite") });
  const heads: [string, number, string][] = [[ORDER_ID, 1, entry.chain]];
  const record = recordAfter(undefined, { kind: "seal", at: entry.at, by: "run", heads });
  await trail.append([record]);
  await trail.close();
  return `1:${record.hash}`;
};

test("verify_endsWith0AndTellsTheHead_wholeShop", async () => {
  const head = await openShop();
  const { code, out } = await run("--since", head, "--strict");
  expect(out).toContain(`Newest head: ${head}`);
  expect(code).toBe(0);
});

test("verify_endsWith65AndTellsWhereAndWhatToDo_changedPhoneNumber", async () => {
  await openShop();
  const database = new Database(join(folder, "orders.sqlite"));
  const changed = "json_replace(document, '$.snapshot.context.customer.phone', '010-0000-0000')";
  database.run(`UPDATE orders SET document = ${changed}`);
  database.close();
  const { code, out } = await run();
  expect(out).toContain("SNAPSHOT_CHANGED");
  expect(out).toContain(ORDER_ID);
  expect(out).toContain("seq 1");
  expect(out).toContain("backup");
  expect(code).toBe(65);
});

test("verify_countsAndMindsOnlyStrictly_ordersOfAnEarlierRelease", async () => {
  const store = await createSqliteStore({ path: join(folder, "orders.sqlite") });
  await store.commit([{ document: someEarlierDocument(), expectedVersion: 0 }]);
  await store.close();
  const { code, out } = await run("--json");
  expect({ code, ...JSON.parse(out) }).toMatchObject({
    code: 0,
    whole: true,
    entries: { chained: 0, unchained: 1 },
    trail: { records: 0, newest: null },
  });
  expect((await run("--strict")).code).toBe(65);
});

const someEarlierDocument = () => {
  const document = someDocument();
  const history = document.history.map((entry) => ({ ...entry, data: { totalAmount: 36_000, lines: 1 } }));
  return { ...document, history };
};

test("verify_endsWith64_whatIsNoHead", async () => {
  const { code, err } = await run("--since", "12");
  expect([code, err]).toEqual([64, expect.stringContaining("--since 12 is no head")]);
});

test("verify_endsWith66AndMakesNothing_noShopThere", async () => {
  const { code, err } = await run();
  expect([code, err]).toEqual([66, expect.stringContaining("no orders to verify")]);
  expect(readdirSync(folder)).toEqual([]);
});

test.each(["audit.sqlite", "orders.sqlite"])(
  "verify_endsWith65AndSaysToRestore_damagedFile: %s",
  async (file) => {
    await openShop();
    overwrite(join(folder, file), 0, 100);
    const { code, err } = await run();
    expect(err).toContain(`STORE_CORRUPT: ${join(folder, file)} is damaged: file is not a database`);
    expect(code).toBe(65);
  },
);

test("createSqliteAuditStore_rejects_damagedFile", async () => {
  await openShop();
  const path = join(folder, "audit.sqlite");
  overwrite(path, 0, 100);
  await expect(createSqliteAuditStore({ path })).rejects.toMatchObject({ code: "STORE_CORRUPT" });
});
