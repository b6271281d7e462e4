import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { TerminalError } from "../../actors/errors.ts";
import type { DuePlace, OrderQuery, OrderStore } from "../../actors/ports.ts";
import { type StoreWorld, storeAdapters } from "./store-adapters.ts";
import {
  at,
  get,
  idsOf,
  nextOf,
  put,
  refusedDocument,
  rejection,
  someDocument,
  times,
  writeOf,
} from "./store-fixtures.ts";

const NOW = Date.parse("2026-11-23T02:00:00.000Z");

describe.each(storeAdapters.map((adapter) => [adapter.name, adapter] as const))(
  "store contract [%s] finding",
  (_, adapter) => {
    let world: StoreWorld;
    let store: OrderStore;

    beforeEach(async () => {
      world = await adapter.create();
      store = await world.open();
    });
    afterEach(() => world.dispose());

    const due = async (partitions: readonly number[], limit = 100) =>
      (await store.due({ now: NOW, partitions, limit })).orders;

    test("due_bringsTheEarliestFirst_severalPartitions", async () => {
      const documents = times(6, (index) =>
        someDocument({ partition: index % 3, dueAt: NOW - ((index * 7) % 6) * 1_000 }),
      );
      await put(store, ...documents);
      const expected = documents.toSorted((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0));
      expect(await due([0, 1, 2])).toEqual(expected);
    });

    test("due_includesNow_leavesOutLaterAndNever", async () => {
      const now = someDocument({ partition: 3, dueAt: NOW });
      await put(
        store,
        now,
        someDocument({ partition: 3, dueAt: NOW + 1 }),
        someDocument({ partition: 3, dueAt: null }),
      );
      expect(await due([3])).toEqual([now]);
    });

    test("due_leavesOut_otherPartitions", async () => {
      const ours = someDocument({ partition: 3, dueAt: NOW - 5 });
      await put(store, ours, someDocument({ partition: 4, dueAt: NOW - 9 }));
      expect(await due([3, 5])).toEqual([ours]);
      expect(await due([])).toEqual([]);
    });

    test("due_keepsToTheEarliest_limit", async () => {
      const documents = times(5, (index) => someDocument({ partition: index % 2, dueAt: NOW - index }));
      await put(store, ...documents);
      expect(await due([0, 1], 2)).toEqual([documents[4], documents[3]].flatMap((one) => one ?? []));
    });

    test("due_bringsEachOrderOnce_pagesOfEverySizeAndSomeOfOneMoment", async () => {
      const documents = times(9, (index) =>
        someDocument({ partition: index % 2, dueAt: NOW - Math.floor(index / 4) }),
      );
      await put(store, ...documents, someDocument({ partition: 0, dueAt: NOW + 1 }));
      const expected = idsOf(
        documents.toSorted((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0) || (a.orderId < b.orderId ? -1 : 1)),
      );
      for (const limit of [1, 2, 3, 9]) {
        const found: string[] = [];
        let after: DuePlace | undefined;
        do {
          const page = await store.due({ now: NOW, partitions: [0, 1], after, limit });
          found.push(...idsOf(page.orders));
          after = page.next;
        } while (after);
        expect(found).toEqual(expected);
      }
    });

    test("due_goesOnWhereItWas_thePageWasWrittenMeanwhile", async () => {
      const documents = times(4, (index) => someDocument({ partition: 0, dueAt: NOW - 4 + index }));
      await put(store, ...documents);
      const first = await store.due({ now: NOW, partitions: [0], limit: 2 });
      await put(store, ...first.orders.map((order) => nextOf(order, { dueAt: null })));
      const second = await store.due({ now: NOW, partitions: [0], after: first.next, limit: 2 });
      expect([...first.orders, ...second.orders]).toEqual(documents);
      expect(second.next).toBeUndefined();
    });

    test("due_followsTheDocument_dueAtChanges", async () => {
      const first = someDocument({ partition: 1, dueAt: NOW });
      await put(store, first);
      await put(store, nextOf(first, { dueAt: null }));
      expect(await due([1])).toEqual([]);
      const third = { ...first, version: 3, dueAt: NOW - 1 };
      await put(store, third);
      expect(await due([1])).toEqual([third]);
    });

    const unpublished = async (partitions: readonly number[], limit = 100) =>
      idsOf(await store.unpublished({ partitions, limit })).toSorted();

    test("unpublished_bringsOrdersWithEventsWaiting_partitionsAskedFor", async () => {
      const waiting = times(2, (index) => someDocument({ partition: index, seq: 2, publishedSeq: index }));
      await put(
        store,
        ...waiting,
        someDocument({ partition: 0, seq: 2, publishedSeq: 2 }),
        someDocument({ partition: 2, seq: 2, publishedSeq: 0 }),
        refusedDocument({ partition: 0 }),
      );
      expect(await unpublished([0, 1])).toEqual(idsOf(waiting).toSorted());
      expect(await unpublished([])).toEqual([]);
    });

    test("unpublished_bringsWholeDocuments_noMoreThanLimit", async () => {
      const documents = times(3, () => someDocument({ partition: 0, publishedSeq: 0 }));
      await put(store, ...documents);
      const found = await store.unpublished({ partitions: [0], limit: 2 });
      expect(found).toHaveLength(2);
      for (const document of found) expect(documents).toContainEqual(document);
    });

    test("markPublished_takesTheOrderOut_allPublished", async () => {
      const document = someDocument({ partition: 0, seq: 3, publishedSeq: 0 });
      await put(store, document);
      await store.markPublished([{ orderId: document.orderId, seq: 3 }]);
      expect(await unpublished([0])).toEqual([]);
      expect(await get(store, document.orderId)).toEqual({ ...document, publishedSeq: 3 });
    });

    test("markPublished_keepsTheOrderIn_newerEventsWait", async () => {
      const document = someDocument({ partition: 0, seq: 3, publishedSeq: 0 });
      await put(store, document);
      await store.markPublished([{ orderId: document.orderId, seq: 2 }]);
      expect(await store.unpublished({ partitions: [0], limit: 9 })).toEqual([
        { ...document, publishedSeq: 2 },
      ]);
    });

    test("markPublished_neverLowers_olderMark", async () => {
      const document = someDocument({ partition: 0, seq: 3, publishedSeq: 0 });
      await put(store, document);
      const mark = (seq: number) => store.markPublished([{ orderId: document.orderId, seq }]);
      await mark(2);
      await mark(1);
      expect((await get(store, document.orderId)).publishedSeq).toBe(2);
      await mark(3);
      await mark(2);
      expect((await get(store, document.orderId)).publishedSeq).toBe(3);
      expect(await unpublished([0])).toEqual([]);
    });

    test("markPublished_doesNotDisturbAWriter_markedBetweenReadAndWrite", async () => {
      const document = someDocument({ seq: 1, publishedSeq: 0 });
      await put(store, document);
      await store.markPublished([{ orderId: document.orderId, seq: 1 }]);
      expect((await store.commit([writeOf(nextOf(document))])).size).toBe(1);
    });

    test("markPublished_losesNoNewEvent_markedAfterTheNextWrite", async () => {
      const first = someDocument({ partition: 0, seq: 1, publishedSeq: 0 });
      await put(store, first);
      await put(store, nextOf(first, { seq: 2 }));
      await store.markPublished([{ orderId: first.orderId, seq: 1 }]);
      expect(await unpublished([0])).toEqual([first.orderId]);
    });

    test("markPublished_marksEachOrder_200InOneCallAndUnknownOnes", async () => {
      const documents = times(200, (index) =>
        someDocument({ partition: 0, seq: 1 + (index % 2), publishedSeq: 0 }),
      );
      await put(store, ...documents);
      await store.markPublished([
        { orderId: "never-placed", seq: 7 },
        ...documents.map(({ orderId }) => ({ orderId, seq: 1 })),
      ]);
      const waiting = documents.filter(({ seq }) => seq === 2);
      expect(await unpublished([0], 300)).toEqual(idsOf(waiting).toSorted());
      const stored = await store.load(idsOf(documents));
      expect([...stored.values()].every(({ publishedSeq }) => publishedSeq === 1)).toBe(true);
      expect((await store.load(["never-placed"])).size).toBe(0);
    });

    /** All pages of a query, and how many there were. */
    const pagesOf = async (query: Omit<OrderQuery, "cursor">): Promise<string[][]> => {
      const pages: string[][] = [];
      for (let cursor: string | undefined; ; ) {
        const page = await store.list({ ...query, ...(cursor !== undefined && { cursor }) });
        pages.push(idsOf(page.orders));
        cursor = page.nextCursor;
        if (cursor === undefined) return pages;
      }
    };

    test("list_findsTheOrder_placedUnderAnIdThatWasRefusedBefore", async () => {
      const refused = refusedDocument();
      await put(store, refused);
      const placed = nextOf(refused, { ...someDocument(), orderId: refused.orderId, version: 2 });
      expect((await store.commit([{ ...writeOf(placed), stateBefore: null }])).size).toBe(1);
      const { state, customerId } = placed;
      if (!state || !customerId) throw new Error("it was placed");
      for (const query of [{}, { state }, { customerId }, { state, customerId }]) {
        expect((await store.list({ ...query, limit: 10 })).orders).toEqual([placed]);
      }
    });

    test("list_bringsTheNewestFirst_wholeDocuments", async () => {
      const [old, young, middle] = [0, 9, 5].map((minutes) => someDocument({ placedAt: at(minutes) }));
      await put(store, ...[old, young, middle].flatMap((one) => one ?? []));
      expect(await store.list({ limit: 10 })).toEqual({
        orders: [young, middle, old].flatMap((one) => one ?? []),
      });
    });

    test("list_ordersByIdDescending_samePlacedAt", async () => {
      const documents = times(7, () => someDocument());
      await put(store, ...documents);
      const expected = idsOf(documents).toSorted().toReversed();
      expect((await pagesOf({ limit: 2 })).flat()).toEqual(expected);
    });

    test("list_bringsEachOrderOnce_pagesOfEverySize", async () => {
      const documents = times(9, (index) => someDocument({ placedAt: at(Math.floor(index / 4)) }));
      await put(store, ...documents);
      const whole = (await pagesOf({ limit: 200 })).flat();
      expect(whole.toSorted()).toEqual(idsOf(documents).toSorted());
      for (const limit of [1, 2, 3, 4, 8]) expect((await pagesOf({ limit })).flat()).toEqual(whole);
    });

    test("list_hasNoNextPage_lastPageIsFull", async () => {
      await put(store, ...times(4, () => someDocument()));
      expect((await pagesOf({ limit: 2 })).map(({ length }) => length)).toEqual([2, 2]);
    });

    test("list_isEmpty_noOrders", async () => {
      expect(await store.list({ limit: 10 })).toEqual({ orders: [] });
    });

    test("list_goesOnWhereItWas_newOrderPlacedMeanwhile", async () => {
      const documents = times(4, (index) => someDocument({ placedAt: at(index) }));
      await put(store, ...documents);
      const first = await store.list({ limit: 2 });
      await put(store, someDocument({ placedAt: at(99) }));
      const second = await store.list({ limit: 2, cursor: first.nextCursor ?? "" });
      expect([...idsOf(first.orders), ...idsOf(second.orders)]).toEqual(idsOf(documents).toReversed());
    });

    test("list_filters_stateAndCustomerAndBoth", async () => {
      const make = (state: "paid" | "ordered", customerId: string) => someDocument({ state, customerId });
      const [a, b, c] = [make("paid", "c-1"), make("ordered", "c-1"), make("paid", "c-2")];
      await put(store, a, b, c);
      const idsFor = async (query: Omit<OrderQuery, "limit" | "cursor">) =>
        (await pagesOf({ ...query, limit: 1 })).flat().toSorted();
      expect(await idsFor({ state: "paid" })).toEqual(idsOf([a, c]).toSorted());
      expect(await idsFor({ customerId: "c-1" })).toEqual(idsOf([a, b]).toSorted());
      expect(await idsFor({ state: "paid", customerId: "c-1" })).toEqual([a.orderId]);
      expect(await idsFor({ state: "refunded" })).toEqual([]);
    });

    test("list_filters_daysInKoreaBothIncluded", async () => {
      // Midnight in Seoul is 15:00 UTC of the day before.
      const placed = [
        "2026-11-19T14:59:59.999Z",
        "2026-11-19T15:00:00.000Z",
        "2026-11-20T14:59:59.999Z",
        "2026-11-20T15:00:00.000Z",
      ];
      const documents = placed.map((placedAt) => someDocument({ placedAt }));
      await put(store, ...documents);
      const [, first, last] = idsOf(documents);
      const pages = await pagesOf({ placedFrom: "2026-11-20", placedTo: "2026-11-20", limit: 1 });
      expect(pages).toEqual([[String(last)], [String(first)]]);
      const from = (await pagesOf({ placedFrom: "2026-11-20", limit: 10 })).flat();
      expect(from).toEqual(idsOf(documents.slice(1)).toReversed());
      const to = (await pagesOf({ placedTo: "2026-11-20", limit: 10 })).flat();
      expect(to).toEqual(idsOf(documents.slice(0, 3)).toReversed());
      expect((await pagesOf({ placedFrom: "2026-11-22", limit: 10 })).flat()).toEqual([]);
    });

    test("list_bringsEachOrderOnce_pagesOfDaysAndStateAndCustomer", async () => {
      const documents = times(30, (index) =>
        someDocument({
          placedAt: at(Math.floor(index / 4) * 6 * 60), // some of one moment, four moments a day
          state: index % 3 === 0 ? "paid" : "ordered",
          customerId: index % 2 === 0 ? "c-1" : "c-2",
        }),
      );
      await put(store, ...documents, refusedDocument());
      const query = {
        placedFrom: "2026-11-23",
        placedTo: "2026-11-24",
        state: "ordered",
        customerId: "c-1",
      } as const;
      const expected = documents.filter(
        ({ placedAt, state, customerId }) =>
          state === "ordered" && customerId === "c-1" && String(placedAt) < "2026-11-24T15:00:00.000Z",
      );
      expect(expected.length).toBeGreaterThan(5);
      for (const limit of [1, 2, 5, 200]) {
        expect((await pagesOf({ ...query, limit })).flat().toSorted()).toEqual(idsOf(expected).toSorted());
      }
    });

    test("list_findsTheOrderOfAPaymentKey_andAllElseMustHold", async () => {
      const [paid, other] = [someDocument({ state: "paid" }), someDocument()];
      await put(store, paid, other);
      await store.claimPaymentKeys([
        { paymentKey: "key-1", orderId: paid.orderId },
        { paymentKey: "key-2", orderId: paid.orderId },
        { paymentKey: "key-3", orderId: other.orderId },
      ]);
      expect(await store.list({ paymentKey: "key-2", limit: 10 })).toEqual({ orders: [paid] });
      expect(await store.list({ paymentKey: "key-3", limit: 1 })).toEqual({ orders: [other] });
      const idsFor = async (query: Omit<OrderQuery, "limit">) =>
        idsOf((await store.list({ ...query, limit: 10 })).orders);
      const usual = { paymentKey: "key-1", placedFrom: "2026-11-23", placedTo: "2026-11-23" };
      expect(await idsFor({ ...usual, state: "paid", customerId: "customer-1" })).toEqual([paid.orderId]);
      expect(await idsFor({ ...usual, state: "ordered" })).toEqual([]);
      expect(await idsFor({ ...usual, customerId: "customer-2" })).toEqual([]);
      expect(await idsFor({ ...usual, placedFrom: "2026-11-24" })).toEqual([]);
      expect(await idsFor({ paymentKey: "key-4" })).toEqual([]);
    });

    test("list_findsNothing_paymentKeyOfAnOrderThatWasNeverStored", async () => {
      await put(store, someDocument());
      await store.claimPaymentKeys([{ paymentKey: "key-1", orderId: "never-placed" }]);
      expect(await store.list({ paymentKey: "key-1", limit: 10 })).toEqual({ orders: [] });
    });

    test("list_leavesOut_idsThatWereOnlyEverRefused", async () => {
      const placed = someDocument();
      await put(store, placed, refusedDocument());
      expect(idsOf((await store.list({ limit: 10 })).orders)).toEqual([placed.orderId]);
    });

    test.each([
      ["no base64", "§§§"],
      ["other text", Buffer.from("hello there").toString("base64url")],
      ["an operator", Buffer.from('{"$gt":""} o-123456').toString("base64url")],
      ["an operator for an id", Buffer.from('2026-11-23T01:02:03.000Z {"$gt":""}').toString("base64url")],
      ["SQL", Buffer.from("2026-11-23T01:02:03.000Z ' OR 1=1 --").toString("base64url")],
    ])("list_rejectsTheCursor_%s", async (_, cursor) => {
      const error = await rejection(store.list({ cursor, limit: 10 }));
      expect(error).toBeInstanceOf(TerminalError);
      expect((error as TerminalError).code).toBe("COMMAND_MALFORMED");
    });

    test.each(["$ne", "[$ne]", '{"$gt":""}', "' OR '1'='1", ".*"])(
      "list_findsNothing_customerIdIs %p",
      async (customerId) => {
        await put(store, someDocument());
        expect((await store.list({ customerId, limit: 10 })).orders).toEqual([]);
      },
    );
  },
);
