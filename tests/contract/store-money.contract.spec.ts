import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { OrderStore } from "../../actors/ports.ts";
import { type StoreWorld, storeAdapters } from "./store-adapters.ts";
import {
  fullDocument,
  get,
  idsOf,
  nextOf,
  put,
  refusedDocument,
  someDocument,
  times,
  writeOf,
} from "./store-fixtures.ts";

const DAY = "2026-11-20";
const OTHER = "2026-11-21";

describe.each(storeAdapters.map((adapter) => [adapter.name, adapter] as const))(
  "store contract [%s] money",
  (_, adapter) => {
    let world: StoreWorld;
    let store: OrderStore;

    beforeEach(async () => {
      world = await adapter.create();
      store = await world.open();
    });
    afterEach(() => world.dispose());

    /** All pages of a day. */
    const pagesOf = async (date: string, limit: number, by = store): Promise<string[][]> => {
      const pages: string[][] = [];
      for (let after: string | undefined; ; ) {
        const page = await by.moneyMoved({ date, limit, ...(after !== undefined && { after }) });
        pages.push(idsOf(page.orders));
        after = page.next;
        if (after === undefined) return pages;
      }
    };
    const on = async (date: string, by = store) => (await pagesOf(date, 100, by)).flat();

    test("moneyMoved_bringsWholeDocuments_ofTheDay", async () => {
      const document = { ...fullDocument(), moneyDates: [DAY, OTHER] };
      await put(store, document, someDocument({ moneyDates: [OTHER] }), someDocument(), refusedDocument());
      expect(await store.moneyMoved({ date: DAY, limit: 10 })).toEqual({ orders: [document] });
      expect(await get(store, document.orderId)).toEqual(document);
    });

    test("moneyMoved_findsTheOrder_onEachOfItsDays", async () => {
      const document = someDocument({ moneyDates: [DAY, OTHER] });
      await put(store, document);
      expect([await on(DAY), await on(OTHER), await on("2026-11-22")]).toEqual([
        [document.orderId],
        [document.orderId],
        [],
      ]);
    });

    test("moneyMoved_findsTheOrder_dayAddedLater", async () => {
      const first = someDocument();
      await put(store, first);
      expect(await on(DAY)).toEqual([]);
      const second = nextOf(first, { moneyDates: [DAY] });
      await put(store, second);
      const third = nextOf(second, { moneyDates: [DAY, OTHER] });
      await put(store, third);
      expect([await on(DAY), await on(OTHER)]).toEqual([[first.orderId], [first.orderId]]);
      expect(await store.moneyMoved({ date: DAY, limit: 10 })).toEqual({ orders: [third] });
    });

    test("moneyMoved_keepsTheOrder_laterWriteMovesNoMoney", async () => {
      const first = someDocument({ moneyDates: [DAY] });
      await put(store, first);
      const second = nextOf(first, { state: "purchaseConfirmed" });
      expect((await store.commit([{ document: second, expectedVersion: 1 }])).size).toBe(1);
      expect(await store.moneyMoved({ date: DAY, limit: 10 })).toEqual({ orders: [second] });
    });

    test("moneyMoved_doesNotFind_whatLostItsCompareAndSet", async () => {
      const first = someDocument();
      await put(store, first);
      await put(store, nextOf(first));
      const loser = nextOf(first, { moneyDates: [DAY] });
      const inserted = someDocument({ orderId: first.orderId, moneyDates: [DAY] });
      expect((await store.commit([writeOf(loser)])).size).toBe(0);
      expect((await store.commit([writeOf(inserted)])).size).toBe(0);
      expect(await on(DAY)).toEqual([]);
    });

    test("moneyMoved_bringsEachOrderOnceInOrder_pagesOfEverySize", async () => {
      const documents = times(9, () => someDocument({ moneyDates: [DAY] }));
      await put(store, ...documents);
      const expected = idsOf(documents).toSorted();
      for (const limit of [1, 2, 3, 4, 8, 9, 10]) {
        const pages = await pagesOf(DAY, limit);
        expect(pages.flat()).toEqual(expected);
        expect(pages).toHaveLength(Math.ceil(9 / limit));
      }
    });

    test("moneyMoved_goesOnWhereItWas_orderPaidMeanwhile", async () => {
      const documents = times(4, () => someDocument({ moneyDates: [DAY] }));
      await put(store, ...documents);
      const first = await store.moneyMoved({ date: DAY, limit: 2 });
      await put(store, someDocument({ orderId: "A-comes-before-all", moneyDates: [DAY] }));
      const second = await store.moneyMoved({ date: DAY, after: first.next ?? "", limit: 2 });
      expect([...idsOf(first.orders), ...idsOf(second.orders)]).toEqual(idsOf(documents).toSorted());
    });

    test("moneyMoved_isThere_afterReopen", async () => {
      const document = someDocument({ moneyDates: [DAY] });
      await put(store, document);
      await store.close();
      expect(await on(DAY, await world.open())).toEqual([document.orderId]);
    });

    test.each(["$ne", '{"$gt":""}', "' OR '1'='1", "%"])(
      "moneyMoved_findsNothing_dateIs %p",
      async (date) => {
        await put(store, someDocument({ moneyDates: [DAY] }));
        expect(await store.moneyMoved({ date, limit: 10 })).toEqual({ orders: [] });
      },
    );
  },
);
