import { afterAll, expect, test } from "bun:test";
import type { OrderDocument } from "../../actors/document.ts";
import type { OrderStore } from "../../actors/ports.ts";
import { recentInMemory } from "../../actors/store/recent.ts";
import { storeAdapters } from "./store-adapters.ts";
import { rejection, someDocument, someEntry } from "./store-fixtures.ts";

const adapter = storeAdapters.find(({ name }) => name === "sqlite");
if (!adapter) throw new Error("There is no SQLite adapter.");
const world = await adapter.create();
afterAll(() => world.dispose());
const store = await world.open();

/** The store, and how often it was asked to read. */
const counted = (changes: Partial<OrderStore> = {}) => {
  const reads = { load: 0, history: 0 };
  const counting: OrderStore = {
    ...store,
    load: (ids) => {
      reads.load += 1;
      return store.load(ids);
    },
    history: (id, range) => {
      reads.history += 1;
      return store.history(id, range);
    },
    ...changes,
  };
  return { counting, reads };
};

const put = (into: OrderStore, document: OrderDocument, expectedVersion = document.version - 1) =>
  into.commit([{ document, expectedVersion }]);
const loaded = async (from: OrderStore, { orderId }: OrderDocument) =>
  (await from.load([orderId])).get(orderId);

test("load_readsNothing_orderJustWritten", async () => {
  const { counting, reads } = counted();
  const recent = recentInMemory(counting);
  const document = someDocument();
  await put(recent, document);
  expect(await loaded(recent, document)).toEqual(document);
  expect(await recent.history(document.orderId, { after: 0, limit: 10 })).toEqual([...document.history]);
  expect(reads).toEqual({ load: 0, history: 0 });
});

test("load_readsAll_oneOfThemNotInMemory", async () => {
  const recent = recentInMemory(store);
  const [known, unknown] = [someDocument(), someDocument()];
  await put(store, unknown);
  await put(recent, known);
  const found = await recent.load([known.orderId, unknown.orderId, "o-none"]);
  expect([...found.keys()].sort()).toEqual([known.orderId, unknown.orderId].sort());
});

test("load_readsAnew_writeLostToAnother", async () => {
  const recent = recentInMemory(store);
  const first = someDocument();
  await put(recent, first);
  const theirs = { ...first, version: 2, customerId: "theirs" };
  await put(store, theirs);
  expect(await put(recent, { ...first, version: 2, customerId: "ours" })).toEqual(new Set());
  expect(await loaded(recent, first)).toEqual(theirs);
});

test("load_readsAnew_writeFailedThoughItTookPlace", async () => {
  const failing = { on: false };
  const { counting } = counted({
    async commit(writes) {
      const written = await store.commit(writes);
      if (failing.on) throw new Error("the answer was lost");
      return written;
    },
  });
  const recent = recentInMemory(counting);
  const first = someDocument();
  await put(recent, first);
  failing.on = true;
  const second = { ...first, version: 2, customerId: "second" };
  expect(await rejection(put(recent, second))).toMatchObject({ message: "the answer was lost" });
  expect(await loaded(recent, first)).toEqual(second);
});

test("load_givesThePublishedMark_markedAfterTheWrite", async () => {
  const recent = recentInMemory(store);
  const document = someDocument({ publishedSeq: 0 });
  await put(recent, document);
  await recent.markPublished([{ orderId: document.orderId, seq: 1 }]);
  expect((await loaded(recent, document))?.publishedSeq).toBe(1);
});

test("history_joinsTheArchive_entriesThatLeftTheDocument", async () => {
  const { counting, reads } = counted();
  const recent = recentInMemory(counting);
  const { orderId } = someDocument();
  const entries = [1, 2, 3, 4].map((seq) => someEntry(orderId, seq));
  await recent.archive([{ orderId, history: entries.slice(0, 2), replies: [] }]);
  await put(recent, someDocument({ orderId, history: entries.slice(2), seq: 4 }));
  expect(await recent.history(orderId, { after: 0, limit: 3 })).toEqual(entries.slice(0, 3));
  expect(reads.history).toBe(1);
  expect(await recent.history(orderId, { after: 2, limit: 1 })).toEqual(entries.slice(2, 3));
  expect(reads.history).toBe(1);
});

test("load_reads_orderPushedOutByYoungerOnes", async () => {
  const { counting, reads } = counted();
  const recent = recentInMemory(counting, { size: 2 });
  const [first, second, third] = [someDocument(), someDocument(), someDocument()];
  for (const document of [first, second, third]) await put(recent, document);
  await loaded(recent, second);
  expect(reads.load).toBe(0);
  expect(await loaded(recent, first)).toEqual(first);
  expect(reads.load).toBe(1);
});

test("load_findsWhatAnotherWrote_onceItsOwnIsNoLongerTrusted", async () => {
  const recent = recentInMemory(store, { trustMs: 0 });
  const document = someDocument();
  await put(recent, document);
  const theirs = { ...document, version: 2, customerId: "theirs" };
  await put(store, theirs);
  expect(await loaded(recent, document)).toEqual(theirs);
});
