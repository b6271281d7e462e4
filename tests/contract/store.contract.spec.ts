import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { RetryableError } from "../../actors/errors.ts";
import type { OrderStore } from "../../actors/ports.ts";
import { type StoreWorld, storeAdapters } from "./store-adapters.ts";
import {
  fullDocument,
  get,
  nextOf,
  put,
  refusedDocument,
  rejection,
  someDocument,
  someEntry,
  someOrderId,
  times,
  writeOf,
} from "./store-fixtures.ts";

describe.each(storeAdapters.map((adapter) => [adapter.name, adapter] as const))(
  "store contract [%s]",
  (_, adapter) => {
    let world: StoreWorld;
    let store: OrderStore;

    beforeEach(async () => {
      world = await adapter.create();
      store = await world.open();
    });
    afterEach(() => world.dispose());

    test("load_returnsWhatWasWritten_everyFieldSet", async () => {
      const document = fullDocument();
      await put(store, document);
      expect(await store.load([document.orderId])).toEqual(new Map([[document.orderId, document]]));
    });

    test("load_returnsWhatWasWritten_onlyEverRefused", async () => {
      const document = refusedDocument();
      await put(store, document);
      expect(await get(store, document.orderId)).toEqual(document);
    });

    test("load_leavesOut_unknownIds", async () => {
      const document = someDocument();
      await put(store, document);
      const found = await store.load([someOrderId(), document.orderId, someOrderId()]);
      expect([...found.keys()]).toEqual([document.orderId]);
    });

    test("load_isEmpty_noIds", async () => {
      expect((await store.load([])).size).toBe(0);
    });

    test("load_findsAll_300Orders", async () => {
      const documents = times(300, () => someDocument());
      await put(store, ...documents);
      const found = await store.load(documents.map(({ orderId }) => orderId));
      expect(found).toEqual(new Map(documents.map((document) => [document.orderId, document])));
    });

    test("commit_resolvesToNone_noWrites", async () => {
      expect(await store.commit([])).toEqual(new Set());
    });

    test("commit_replacesTheWholeDocument_nextVersion", async () => {
      const first = fullDocument();
      await put(store, first);
      const second = someDocument({ orderId: first.orderId, version: 2, state: "canceled" });
      expect(await store.commit([writeOf(second)])).toEqual(new Set([first.orderId]));
      expect(await get(store, first.orderId)).toEqual(second);
    });

    test("commit_losesAndChangesNothing_storedVersionIsNewer", async () => {
      const first = someDocument();
      const second = nextOf(first, { state: "paying" });
      await put(store, first);
      await put(store, second);
      expect(await store.commit([writeOf(nextOf(first, { state: "expired" }))])).toEqual(new Set());
      expect(await get(store, first.orderId)).toEqual(second);
    });

    test("commit_losesAndChangesNothing_storedVersionIsOlder", async () => {
      const first = someDocument();
      await put(store, first);
      expect(await store.commit([writeOf(nextOf(nextOf(first)))])).toEqual(new Set());
      expect(await get(store, first.orderId)).toEqual(first);
    });

    test("commit_losesAndChangesNothing_newOrderIsThereAlready", async () => {
      const first = someDocument();
      await put(store, first);
      const again = someDocument({ orderId: first.orderId, customerId: "customer-2" });
      expect(await store.commit([writeOf(again)])).toEqual(new Set());
      expect(await get(store, first.orderId)).toEqual(first);
    });

    test("commit_losesAndInsertsNothing_expectedOrderIsNotThere", async () => {
      const document = someDocument({ version: 4 });
      expect(await store.commit([writeOf(document)])).toEqual(new Set());
      expect((await store.load([document.orderId])).size).toBe(0);
    });

    test("commit_writesTheOthers_someLostInOneBulk", async () => {
      const stored = someDocument();
      const stale = someDocument();
      const taken = someDocument();
      await put(store, stored, stale, taken);
      await put(store, nextOf(stale));
      const fresh = someDocument();
      const missing = someDocument({ version: 9 });
      const documents = [taken, nextOf(stale), fresh, missing, nextOf(stored)];
      expect(await store.commit(documents.map(writeOf))).toEqual(new Set([fresh.orderId, stored.orderId]));
      expect(await get(store, fresh.orderId)).toEqual(fresh);
      expect(await get(store, stored.orderId)).toEqual(nextOf(stored));
    });

    test("commit_reportsEachLoser_200LostRacesInOneBulk", async () => {
      const documents = times(200, () => someDocument());
      await put(store, ...documents);
      const winners = documents.map((document) => nextOf(document, { state: "paying" }));
      await put(store, ...winners);
      const losers = documents.map((document) => nextOf(document, { state: "expired" }));
      expect(await store.commit(losers.map(writeOf))).toEqual(new Set());
      const stored = await store.load(documents.map(({ orderId }) => orderId));
      expect([...stored.values()].filter(({ state }) => state === "paying")).toHaveLength(200);
    });

    test("commit_reportsEachLoser_everyOtherOf200Lost", async () => {
      const documents = times(200, () => someDocument());
      await put(store, ...documents);
      const odd = documents.filter((_, index) => index % 2 === 1);
      await put(store, ...odd.map((document) => nextOf(document)));
      const written = await store.commit(documents.map((document) => writeOf(nextOf(document))));
      const even = documents.filter((_, index) => index % 2 === 0);
      expect(written).toEqual(new Set(even.map(({ orderId }) => orderId)));
    });

    test("commit_reportsEachLoser_200InsertsLostInOneBulk", async () => {
      const documents = times(200, () => someDocument());
      await put(store, ...documents);
      expect(await store.commit(documents.map(writeOf))).toEqual(new Set());
    });

    test("commit_letsOneWin_twoProcessesInsertOneOrder", async () => {
      const other = await world.open();
      for (const orderId of times(20, someOrderId)) {
        const [mine, theirs] = [
          someDocument({ orderId }),
          someDocument({ orderId, customerId: "customer-2" }),
        ];
        const wins = await Promise.all([store.commit([writeOf(mine)]), other.commit([writeOf(theirs)])]);
        expect(wins.map(({ size }) => size).toSorted()).toEqual([0, 1]);
        expect(await get(store, orderId)).toEqual(wins[0].size === 1 ? mine : theirs);
      }
    });

    test("commit_letsOneWin_twoProcessesWriteOneVersion", async () => {
      const other = await world.open();
      let document = someDocument();
      await put(store, document);
      for (const round of times(30, (index) => index)) {
        const mine = nextOf(document, { customerId: `mine-${round}` });
        const theirs = nextOf(document, { customerId: `theirs-${round}` });
        const wins = await Promise.all([store.commit([writeOf(mine)]), other.commit([writeOf(theirs)])]);
        expect(wins.map(({ size }) => size).toSorted()).toEqual([0, 1]);
        document = wins[0].size === 1 ? mine : theirs;
        expect(await get(other, document.orderId)).toEqual(document);
      }
    });

    test("commit_letsOneWin_100WritersOfOneVersion", async () => {
      const document = someDocument();
      await put(store, document);
      const wins = await Promise.all(
        times(100, (index) => store.commit([writeOf(nextOf(document, { customerId: `customer-${index}` }))])),
      );
      const winners = wins.flatMap((written, index) => (written.size === 1 ? [`customer-${index}`] : []));
      expect(winners).toHaveLength(1);
      expect([(await get(store, document.orderId)).customerId]).toEqual(winners);
    });

    test("commit_writesAll_100AtOnceOfOtherOrders", async () => {
      const documents = times(100, () => someDocument());
      const wins = await Promise.all(documents.map((document) => store.commit([writeOf(document)])));
      expect(wins.filter(({ size }) => size === 1)).toHaveLength(100);
      expect((await store.load(documents.map(({ orderId }) => orderId))).size).toBe(100);
    });

    test("commit_losesNoUpdate_threeProcessesAppendInTurns", async () => {
      const stores = [store, await world.open(), await world.open()];
      const orderId = someOrderId();
      await put(store, someDocument({ orderId, history: [], seq: 0, publishedSeq: 0 }));
      const append = async (by: OrderStore): Promise<void> => {
        const before = await get(by, orderId);
        const seq = before.seq + 1;
        const after = nextOf(before, { seq, history: [...before.history, someEntry(orderId, seq)] });
        if ((await by.commit([writeOf(after)])).size === 0) await append(by);
      };
      await Promise.all(
        stores.map((by) =>
          times(10, () => by).reduce((done, one) => done.then(() => append(one)), Promise.resolve()),
        ),
      );
      const stored = await get(store, orderId);
      expect(stored.version).toBe(31);
      expect(stored.history.map(({ seq }) => seq)).toEqual(times(30, (index) => index + 1));
    });

    test("close_keepsEverything_openedAgain", async () => {
      const document = fullDocument();
      await put(store, document);
      await store.archive([{ orderId: document.orderId, history: [], replies: document.replies }]);
      await store.claimPaymentKeys([{ paymentKey: "key-1", orderId: document.orderId }]);
      await store.close();
      const again = await world.open();
      expect(await get(again, document.orderId)).toEqual(document);
      const [reply] = document.replies;
      expect(await again.archivedReply(document.orderId, reply?.id ?? "")).toEqual(reply);
      expect(await again.claimPaymentKeys([{ paymentKey: "key-1", orderId: someOrderId() }])).toEqual(
        new Map([["key-1", document.orderId]]),
      );
    });

    test("close_refusesWhatComesAfter_readAndWrite", async () => {
      await store.close();
      for (const call of [store.load([someOrderId()]), store.commit([writeOf(someDocument())])]) {
        const error = await rejection(call);
        expect(error).toBeInstanceOf(RetryableError);
        expect((error as RetryableError).code).toBe("STORE_UNAVAILABLE");
      }
    });

    test("ready_resolves_storeIsThere", async () => {
      expect(await store.ready()).toBeUndefined();
    });

    test("ready_rejects_storeIsClosed", async () => {
      await store.close();
      expect(await rejection(store.ready())).toBeInstanceOf(RetryableError);
    });
  },
);
