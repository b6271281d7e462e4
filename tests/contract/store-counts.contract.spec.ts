import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { OrderDocument } from "../../actors/document.ts";
import type { OrderStore } from "../../actors/ports.ts";
import type { OrderState } from "../../machines/mod.ts";
import { type StoreWorld, storeAdapters } from "./store-adapters.ts";
import { fullDocument, nextOf, put, refusedDocument, someDocument, times } from "./store-fixtures.ts";

describe.each(storeAdapters.map((adapter) => [adapter.name, adapter] as const))(
  "store contract [%s] counts",
  (_, adapter) => {
    let world: StoreWorld;
    let store: OrderStore;

    beforeEach(async () => {
      world = await adapter.create();
      store = await world.open();
    });
    afterEach(() => world.dispose());

    const counts = async (of = store) => Object.fromEntries(await of.countByState());

    /** The write that takes an order from one state to another. */
    const moveOf = (document: OrderDocument, state: OrderState) => ({
      document: nextOf(document, { state }),
      expectedVersion: document.version,
      ...(document.state !== state && { stateBefore: document.state }),
    });

    test("countByState_isEmpty_noOrders", async () => {
      expect(await counts()).toEqual({});
    });

    test("countByState_tellsHowManyAreWhere_batchesOfSeveralStates", async () => {
      const ordered = times(3, () => someDocument());
      await put(store, ...ordered, someDocument({ state: "paid" }));
      expect(await counts()).toEqual({ ordered: 3, paid: 1 });
      await store.commit(ordered.map((one, index) => moveOf(one, index === 0 ? "canceled" : "paying")));
      expect(await counts()).toEqual({ canceled: 1, paying: 2, paid: 1 });
    });

    test("countByState_staysAsItIs_writeWithinAState", async () => {
      const document = someDocument({ state: "paid" });
      await put(store, document);
      await store.commit([moveOf(document, "paid")]);
      expect(await counts()).toEqual({ paid: 1 });
    });

    test("countByState_leavesOutStatesWithoutOrders_lastOneMovedOn", async () => {
      const document = someDocument();
      await put(store, document);
      await store.commit([moveOf(document, "expired")]);
      expect(await counts()).toEqual({ expired: 1 });
    });

    test("countByState_countsNothing_compareAndSetIsLost", async () => {
      const [stored, other] = [someDocument(), someDocument()];
      await put(store, stored, other);
      const late = { ...moveOf(stored, "paying"), expectedVersion: 7 };
      const again = {
        document: someDocument({ orderId: stored.orderId, state: "paid" }),
        expectedVersion: 0,
      };
      expect(await store.commit([late, moveOf(other, "canceled")])).toEqual(new Set([other.orderId]));
      expect((await store.commit([again])).size).toBe(0);
      expect(await counts()).toEqual({ ordered: 1, canceled: 1 });
    });

    test("countByState_countsOnce_twoWritersOfOneVersion", async () => {
      const document = someDocument();
      await put(store, document);
      const other = await world.open();
      await store.commit([moveOf(document, "paying")]);
      await other.commit([moveOf(document, "canceled")]);
      expect(await counts()).toEqual({ paying: 1 });
      expect(await counts(other)).toEqual({ paying: 1 });
    });

    test("countByState_leavesOutIdsThatWereOnlyRefused_untilTheyAreOrders", async () => {
      const refused = refusedDocument();
      await put(store, refused, refusedDocument());
      expect(await counts()).toEqual({});
      const document = someDocument({ orderId: refused.orderId, version: 2 });
      await store.commit([{ document, expectedVersion: 1, stateBefore: null }]);
      expect(await counts()).toEqual({ ordered: 1 });
    });

    test("countByState_isThere_afterReopen", async () => {
      const document = someDocument();
      await put(store, document, someDocument({ state: "refunded" }));
      await store.commit([moveOf(document, "paying")]);
      await store.close();
      expect(await counts(await world.open())).toEqual({ paying: 1, refunded: 1 });
    });

    test("waitingForOperator_bringsWholeOrders_thoseThatWaitAndNoMoreThanLimit", async () => {
      const waiting = times(3, () => ({ ...fullDocument(), version: 1, effectsWaiting: 1 }));
      await store.commit([
        ...waiting.map((document) => ({ document, expectedVersion: 0, newEffectsWaiting: 1 })),
        { document: someDocument(), expectedVersion: 0 },
      ]);
      const found = await store.waitingForOperator({ limit: 10 });
      expect(found).toHaveLength(3);
      for (const document of waiting) expect(found).toContainEqual(document);
      expect(await store.waitingForOperator({ limit: 2 })).toHaveLength(2);
    });

    test("waitingForOperator_leavesOut_whatWasLetGoOn", async () => {
      const document = someDocument({ effectsWaiting: 1 });
      await store.commit([{ document, expectedVersion: 0, newEffectsWaiting: 1 }]);
      const { effectsWaiting: __, ...rest } = nextOf(document);
      await store.commit([{ document: rest, expectedVersion: 1, newEffectsWaiting: 0 }]);
      expect(await store.waitingForOperator({ limit: 10 })).toEqual([]);
    });
  },
);
