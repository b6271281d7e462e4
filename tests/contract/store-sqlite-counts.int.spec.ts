import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OrderDocument } from "../../actors/document.ts";
import { COUNT_ORDERS } from "../../actors/store/sqlite-counts.ts";
import { openDatabase } from "../../actors/store/sqlite-open.ts";
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

/** The writes of a release that keeps no counts, word for word. */
const writeAsAnEarlierRelease = (...documents: OrderDocument[]) => {
  const database = new Database(path, { strict: true });
  const insert = database.prepare(
    `INSERT INTO orders
       (version, partition, state, customer_id, placed_at, due_at, seq, published_seq, document, order_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (order_id) DO NOTHING`,
  );
  const update = database.prepare(
    `UPDATE orders SET version = ?, partition = ?, state = ?, customer_id = ?, placed_at = ?, due_at = ?,
       seq = ?, published_seq = max(published_seq, ?), document = ?
     WHERE order_id = ? AND version = ?`,
  );
  for (const document of documents) {
    const { version, partition, state, customerId, placedAt, dueAt, seq, publishedSeq, orderId } = document;
    const columns = [version, partition, state, customerId, placedAt, dueAt, seq, publishedSeq] as const;
    const row = [...columns, JSON.stringify(document), orderId] as const;
    const { changes } = version === 1 ? insert.run(...row) : update.run(...row, version - 1);
    if (changes !== 1) throw new Error("A fixture was not written.");
  }
  database.close();
};

test("countByState_isRightAgain_anEarlierReleaseWroteMeanwhile", async () => {
  const store = await open();
  const document = someDocument();
  await put(store, document, ...times(2, () => someDocument()));
  expect(Object.fromEntries(await store.countByState())).toEqual({ ordered: 3 });
  await store.close();
  writeAsAnEarlierRelease(nextOf(document, { state: "paying" }), someDocument({ state: "paid" }));

  const reopened = await open();
  expect(Object.fromEntries(await reopened.countByState())).toEqual({ ordered: 2, paying: 1, paid: 1 });
  await reopened.close();
});

test("countByState_staysExact_storesOpenWhileOthersCommit", async () => {
  const store = await open();
  const documents = times(200, () => someDocument());
  await put(store, ...documents);
  const commits = documents.map((document) => ({
    document: nextOf(document, { state: "paying" }),
    expectedVersion: 1,
    stateBefore: "ordered" as const,
  }));
  const writing = Promise.all(commits.map((commit) => store.commit([commit])));
  const others = [];
  for (let i = 0; i < 5; i += 1) {
    const other = await open();
    await other.countByState(); // it has counted while the first commits
    others.push(other);
  }
  await writing;
  for (const one of [store, ...others]) {
    expect(Object.fromEntries(await one.countByState())).toEqual({ paying: 200 });
    await one.close();
  }
});

test("createSqliteStore_doesNotWaitForTheCount_anotherWrites", async () => {
  const store = await createSqliteStore({ path });
  await put(store, someDocument());
  await store.close();
  const lock = openDatabase(path);
  lock.run("BEGIN IMMEDIATE");
  const reopened = await open();
  expect((await reopened.list({ limit: 10 })).orders).toHaveLength(1); // reading waits for nothing
  lock.run("ROLLBACK");
  lock.close();
  expect(Object.fromEntries(await reopened.countByState())).toEqual({ ordered: 1 });
  await reopened.close();
});

test("countOrders_readsTheIndexAlone_recount", async () => {
  await (await open()).close();
  const database = openDatabase(path);
  const plan = database.query<{ detail: string }, []>(`EXPLAIN QUERY PLAN ${COUNT_ORDERS}`).all();
  expect(plan.map(({ detail }) => detail)).toEqual([
    expect.stringContaining("USING COVERING INDEX orders_by_state"),
  ]);
  database.close();
});

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

  const again = await open();
  expect(Object.fromEntries(await again.countByState())).toEqual({ paying: 1, paid: 2 });
  await again.close();
});

test("countByState_isRight_twoCountAtOnce", async () => {
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
