import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { OrderStore } from "../../actors/ports.ts";
import { type StoreWorld, storeAdapters } from "./store-adapters.ts";
import { get, someDocument } from "./store-fixtures.ts";

describe.each(storeAdapters.map((adapter) => [adapter.name, adapter] as const))(
  "store contract [%s] effects waiting",
  (_, adapter) => {
    let world: StoreWorld;
    let store: OrderStore;

    beforeEach(async () => {
      world = await adapter.create();
      store = await world.open();
    });
    afterEach(() => world.dispose());

    const first = someDocument({ effectsWaiting: 2 });

    test("effectsWaiting_isTheSumOverAllOrders_andIsThereAfterReopen", async () => {
      expect(await store.effectsWaiting()).toBe(0);
      await store.commit([
        { document: first, expectedVersion: 0, newEffectsWaiting: 2 },
        { document: someDocument({ effectsWaiting: 1 }), expectedVersion: 0, newEffectsWaiting: 1 },
        { document: someDocument(), expectedVersion: 0 },
      ]);
      expect(await store.effectsWaiting()).toBe(3);
      expect(await get(store, first.orderId)).toEqual(first);
      expect(await (await world.open()).effectsWaiting()).toBe(3);
    });

    test("effectsWaiting_countsNoMore_whatWasLetGoOn", async () => {
      await store.commit([{ document: first, expectedVersion: 0, newEffectsWaiting: 2 }]);
      const { effectsWaiting: _, ...rest } = first;
      const second = { ...rest, version: first.version + 1 };
      await store.commit([
        { document: second, expectedVersion: first.version + 7, newEffectsWaiting: 0 }, // lost: nothing changes
      ]);
      expect(await store.effectsWaiting()).toBe(2);
      await store.commit([{ document: second, expectedVersion: first.version, newEffectsWaiting: 0 }]);
      expect(await store.effectsWaiting()).toBe(0);
    });
  },
);
