import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSqliteStore } from "../../actors/store.sqlite.ts";
import { nextOf, put, refusedDocument, someDocument, times } from "./store-fixtures.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "jumun-counts-"));
  path = join(folder, "orders.sqlite");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = () => createSqliteStore({ path });

/** A database as releases before the counts left it. */
const forgetCounts = () => {
  const database = new Database(path, { strict: true });
  database.run("DROP TABLE order_counts");
  database.close();
};

test("countByState_isSeeded_databaseOfAnEarlierRelease", async () => {
  const store = await open();
  const document = someDocument();
  await put(store, document, ...times(2, () => someDocument({ state: "paid" })), refusedDocument());
  await store.close();
  forgetCounts();

  const reopened = await open();
  expect(Object.fromEntries(await reopened.countByState())).toEqual({ ordered: 1, paid: 2 });
  const move = { document: nextOf(document, { state: "paying" }), expectedVersion: 1 } as const;
  await reopened.commit([{ ...move, stateBefore: "ordered" }]);
  await reopened.close();

  const again = await open(); // seeded once, and not anew
  expect(Object.fromEntries(await again.countByState())).toEqual({ paying: 1, paid: 2 });
  await again.close();
});

test("countByState_isSeededOnce_openedTwice", async () => {
  const store = await open();
  await put(store, ...times(3, () => someDocument()));
  await store.close();
  forgetCounts();
  const both = await Promise.all([open(), open()]);
  for (const one of both) expect(Object.fromEntries(await one.countByState())).toEqual({ ordered: 3 });
  for (const one of both) await one.close();
});

test("countByState_staysRight_commitFailsInTheMiddle", async () => {
  const store = await createSqliteStore({ path, writer: "inline" });
  const document = someDocument();
  await put(store, document);
  const broken = { ...someDocument(), seq: null as unknown as number };
  const failing = store.commit([
    { document: nextOf(document, { state: "paying" }), expectedVersion: 1, stateBefore: "ordered" },
    { document: broken, expectedVersion: 0 },
  ]);
  await expect(failing).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
  expect(Object.fromEntries(await store.countByState())).toEqual({ ordered: 1 });
  await store.close();
});
