import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { OrderDocument } from "../../actors/document.ts";
import type { OrderStore, OrderWrite } from "../../actors/ports.ts";
import { type StoreWorld, storeAdapters } from "./store-adapters.ts";
import {
  nextOf,
  put,
  someDocument,
  someEntries,
  someEntry,
  someOrderId,
  someReply,
  times,
  writeOf,
} from "./store-fixtures.ts";

describe.each(storeAdapters.map((adapter) => [adapter.name, adapter] as const))(
  "store contract [%s] parts",
  (_, adapter) => {
    let world: StoreWorld;
    let store: OrderStore;

    beforeEach(async () => {
      world = await adapter.create();
      store = await world.open();
    });
    afterEach(() => world.dispose());

    const archiveHistory = (orderId: string, from: number, to: number) =>
      store.archive([{ orderId, history: someEntries(orderId, from, to), replies: [] }]);

    const seqsOf = async (orderId: string, after = 0, limit = 1_000) =>
      (await store.history(orderId, { after, limit })).map(({ seq }) => seq);

    test("history_isWhole_partlyArchived", async () => {
      const orderId = someOrderId();
      await archiveHistory(orderId, 1, 12);
      await put(store, someDocument({ orderId, history: someEntries(orderId, 13, 15), seq: 15 }));
      expect(await store.history(orderId, { after: 0, limit: 100 })).toEqual(someEntries(orderId, 1, 15));
    });

    test("history_bringsNothingTwice_archivedAndStillInTheDocument", async () => {
      const orderId = someOrderId();
      await archiveHistory(orderId, 1, 10);
      await put(store, someDocument({ orderId, history: someEntries(orderId, 4, 12), seq: 12 }));
      expect(await seqsOf(orderId)).toEqual(times(12, (index) => index + 1));
    });

    test("history_goesOnByCount_moreThanNineHundredNinetyNine", async () => {
      const orderId = someOrderId();
      await archiveHistory(orderId, 1, 1_001);
      await put(store, someDocument({ orderId, history: [someEntry(orderId, 1_002)], seq: 1_002 }));
      expect(await seqsOf(orderId, 8, 3)).toEqual([9, 10, 11]);
      expect(await seqsOf(orderId, 98, 3)).toEqual([99, 100, 101]);
      expect(await seqsOf(orderId, 999)).toEqual([1_000, 1_001, 1_002]);
    });

    test.each([
      [0, 2, [1, 2]],
      [2, 2, [3, 4]],
      [3, 3, [4, 5, 6]],
      [5, 9, [6]],
      [6, 9, []],
    ])("history_startsAfter %i and brings at most %i", async (after, limit, expected) => {
      const orderId = someOrderId();
      await archiveHistory(orderId, 1, 3);
      await put(store, someDocument({ orderId, history: someEntries(orderId, 4, 6), seq: 6 }));
      expect(await seqsOf(orderId, after, limit)).toEqual(expected);
    });

    test("history_isEmpty_unknownOrder", async () => {
      expect(await seqsOf(someOrderId())).toEqual([]);
    });

    test("history_keepsToOneOrder_idsThatBeginAlike", async () => {
      const orderIds = ["order-1", "order-10", "order-1-2", "order-1_", "order-1A"];
      for (const [index, orderId] of orderIds.entries()) await archiveHistory(orderId, 1, index + 1);
      for (const [index, orderId] of orderIds.entries()) {
        expect(await store.history(orderId, { after: 0, limit: 100 })).toEqual(
          someEntries(orderId, 1, index + 1),
        );
      }
    });

    test("archive_insertsOnce_sameEntriesAgainAndAtOnce", async () => {
      const orderId = someOrderId();
      const other = await world.open();
      await archiveHistory(orderId, 1, 5);
      const entry = { orderId, history: someEntries(orderId, 3, 8), replies: [someReply(orderId, 1)] };
      await Promise.all([store.archive([entry]), other.archive([entry])]);
      await store.archive([entry]);
      expect(await seqsOf(orderId)).toEqual(times(8, (index) => index + 1));
      expect(await store.archivedReply(orderId, someReply(orderId, 1).id)).toEqual(someReply(orderId, 1));
    });

    test("archive_keepsTheFirst_otherContentUnderTheSameIds", async () => {
      const orderId = someOrderId();
      const reply = someReply(orderId, 1);
      await store.archive([{ orderId, history: [someEntry(orderId, 1)], replies: [reply] }]);
      const later = { ...someEntry(orderId, 1), data: { late: true } };
      await store.archive([{ orderId, history: [later], replies: [{ ...reply, hash: "other" }] }]);
      expect(await store.history(orderId, { after: 0, limit: 9 })).toEqual([someEntry(orderId, 1)]);
      expect(await store.archivedReply(orderId, reply.id)).toEqual(reply);
    });

    test("archive_takesSeveralOrders_oneCall", async () => {
      const orderIds = times(3, someOrderId);
      await store.archive(
        orderIds.map((orderId) => ({
          orderId,
          history: someEntries(orderId, 1, 25),
          replies: times(25, (index) => someReply(orderId, index)),
        })),
      );
      for (const orderId of orderIds) {
        expect(await seqsOf(orderId)).toHaveLength(25);
        const reply = someReply(orderId, 24);
        expect(await store.archivedReply(orderId, reply.id)).toEqual(reply);
      }
    });

    test("archive_doesNothing_nothingGiven", async () => {
      const orderId = someOrderId();
      await store.archive([]);
      await store.archive([{ orderId, history: [], replies: [] }]);
      expect(await seqsOf(orderId)).toEqual([]);
    });

    test("archivedReply_isUndefined_unknownOrOfAnotherOrder", async () => {
      const [orderId, otherId] = [someOrderId(), someOrderId()];
      const reply = someReply(orderId, 1);
      await store.archive([{ orderId, history: [], replies: [reply] }]);
      expect(await store.archivedReply(orderId, someReply(orderId, 2).id)).toBeUndefined();
      expect(await store.archivedReply(otherId, reply.id)).toBeUndefined();
    });

    const claim = (by: OrderStore, paymentKey: string, orderId: string) =>
      by.claimPaymentKeys([{ paymentKey, orderId }]).then((owners) => owners.get(paymentKey));

    test("claimPaymentKeys_givesTheKeyToTheFirst_laterClaimsLearnIt", async () => {
      expect(await claim(store, "key-1", "order-1")).toBe("order-1");
      expect(await claim(store, "key-1", "order-2")).toBe("order-1");
      expect(await claim(store, "key-1", "order-1")).toBe("order-1");
    });

    test("claimPaymentKeys_answersEach_takenAndFreeInOneCall", async () => {
      await claim(store, "taken", "order-1");
      const owners = await store.claimPaymentKeys([
        { paymentKey: "free", orderId: "order-2" },
        { paymentKey: "taken", orderId: "order-2" },
        { paymentKey: "free", orderId: "order-3" },
        { paymentKey: "third", orderId: "order-3" },
      ]);
      expect(owners).toEqual(
        new Map([
          ["free", "order-2"],
          ["taken", "order-1"],
          ["third", "order-3"],
        ]),
      );
      expect(await claim(store, "free", "order-9")).toBe("order-2");
    });

    test("claimPaymentKeys_isEmpty_noClaims", async () => {
      expect(await store.claimPaymentKeys([])).toEqual(new Map());
    });

    test("claimPaymentKeys_agreesOnOneOwner_manyOrdersAtOnce", async () => {
      const other = await world.open();
      for (const paymentKey of ["key-1", "key-2", "key-3"]) {
        const owners = await Promise.all(
          times(16, (index) => claim(index % 2 === 0 ? store : other, paymentKey, `order-${index}`)),
        );
        expect(new Set(owners).size).toBe(1);
        expect(owners[0]).toMatch(/^order-/);
      }
    });

    const claiming = (document: OrderDocument, ...claims: string[]): OrderWrite => ({
      ...writeOf(document),
      claims,
    });

    test("commit_claimsThePaymentKeys_whileItWrites", async () => {
      const document = someDocument();
      expect(await store.commit([claiming(document, "key-1", "key-2")])).toEqual(new Set([document.orderId]));
      for (const key of ["key-1", "key-2"]) expect(await claim(store, key, "order-9")).toBe(document.orderId);
      const next = nextOf(document);
      expect(await store.commit([claiming(next, "key-1")])).toEqual(new Set([document.orderId]));
    });

    test("commit_leavesOut_whatClaimsTheKeyOfAnotherOrder", async () => {
      await claim(store, "taken", "order-1");
      const [refused, written, stored] = [someDocument(), someDocument(), someDocument()];
      await put(store, stored);
      const writes = [
        claiming(refused, "free", "taken"),
        writeOf(written),
        claiming(nextOf(stored), "taken"),
      ];
      expect(await store.commit(writes)).toEqual(new Set([written.orderId]));
      const found = await store.load([refused.orderId, written.orderId, stored.orderId]);
      expect([...found.values()].map(({ orderId, version }) => [orderId, version])).toEqual(
        expect.arrayContaining([
          [written.orderId, 1],
          [stored.orderId, 1],
        ]),
      );
      expect(found.size).toBe(2);
    });

    test("commit_givesTheKeyToOne_twoOrdersInOneCall", async () => {
      const [first, second] = [someDocument(), someDocument()];
      expect((await store.commit([claiming(first, "key-1"), claiming(second, "key-1")])).size).toBe(1);
    });

    const TTL = 1_000;

    test("heartbeat_resolvesToAllAlive_twoOwners", async () => {
      const other = await world.open();
      expect(await store.leases.heartbeat("a", 0, TTL)).toEqual(["a"]);
      expect((await other.leases.heartbeat("b", 500, TTL)).toSorted()).toEqual(["a", "b"]);
      expect((await store.leases.heartbeat("a", 900, TTL)).toSorted()).toEqual(["a", "b"]);
    });

    test("heartbeat_leavesOut_expiredAndGoneOwners", async () => {
      await store.leases.heartbeat("expired", 0, TTL);
      await store.leases.heartbeat("gone", 900, TTL);
      await store.leases.leave("gone");
      expect(await store.leases.heartbeat("here", TTL + 1, TTL)).toEqual(["here"]);
      expect((await store.leases.heartbeat("expired", TTL + 2, TTL)).toSorted()).toEqual(["expired", "here"]);
    });

    test("acquire_keepsOthersOut_untilItExpires", async () => {
      const other = await world.open();
      expect(await store.leases.acquire(3, "a", 0, TTL)).toBe(true);
      expect(await other.leases.acquire(3, "b", TTL - 1, TTL)).toBe(false);
      expect(await other.leases.acquire(4, "b", TTL - 1, TTL)).toBe(true);
      expect(await other.leases.acquire(3, "b", TTL + 1, TTL)).toBe(true);
      expect(await store.leases.acquire(3, "a", TTL + 2, TTL)).toBe(false);
    });

    test("leases_countForNothing_takenBeforeTheClockWasSetBackADay", async () => {
      const day = 24 * 60 * 60_000;
      await store.leases.heartbeat("killed", day, TTL);
      expect(await store.leases.acquire(3, "killed", day, TTL)).toBe(true);
      expect(await store.leases.heartbeat("here", 0, TTL)).toEqual(["here"]);
      expect(await store.leases.acquire(3, "here", 0, TTL)).toBe(true);
    });

    test("acquire_renews_ours", async () => {
      expect(await store.leases.acquire(3, "a", 0, TTL)).toBe(true);
      expect(await store.leases.acquire(3, "a", 900, TTL)).toBe(true);
      expect(await store.leases.acquire(3, "b", TTL + 1, TTL)).toBe(false);
      expect(await store.leases.acquire(3, "b", 900 + TTL + 1, TTL)).toBe(true);
    });

    test("acquire_letsOneWin_manyOwnersAtOnce", async () => {
      const other = await world.open();
      const race = (now: number) =>
        Promise.all(
          times(10, (index) => (index % 2 === 0 ? store : other).leases.acquire(7, `o-${index}`, now, TTL)),
        );
      expect((await race(0)).filter(Boolean)).toHaveLength(1);
      expect((await race(TTL + 1)).filter(Boolean)).toHaveLength(1);
    });

    test("release_freesThePartition_ofItsOwnerOnly", async () => {
      await store.leases.acquire(3, "a", 0, TTL);
      await store.leases.release(3, "b");
      expect(await store.leases.acquire(3, "b", 1, TTL)).toBe(false);
      await store.leases.release(3, "a");
      expect(await store.leases.acquire(3, "b", 2, TTL)).toBe(true);
    });
  },
);
