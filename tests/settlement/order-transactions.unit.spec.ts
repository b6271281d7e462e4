import { expect, test } from "bun:test";
import { RetryableError } from "../../actors/errors.ts";
import type { OrderStore } from "../../actors/ports.ts";
import { moneyDatesOf, SnapshotError, storeSnapshot } from "../../machines/mod.ts";
import { RetryableSettlementError } from "../../settlement/errors.ts";
import { createOrderTransactions } from "../../settlement/order-transactions.ts";
import type { OrderTransaction } from "../../settlement/ports.ts";
import { createInstantStore } from "../bench/instant-store.ts";
import { put, refusedDocument, rejection, someDocument, times } from "../contract/store-fixtures.ts";
import paidV1 from "../fixtures/order-snapshot-v1-paid.json";
import {
  cancels,
  captures,
  declines,
  of,
  ordered,
  paid,
  pays,
  refunds,
  type Story,
} from "../machines/builders.ts";

/** Stores a story's order under an id of its own. */
const keep = async (store: OrderStore, orderId: string, its: Story): Promise<void> => {
  const snapshot = storeSnapshot(its.snapshot);
  const context = { ...snapshot.context, orderId };
  const moneyDates = moneyDatesOf(context);
  await put(store, someDocument({ orderId, snapshot: { ...snapshot, context }, moneyDates }));
};

const onDate = async (store: OrderStore, date: string): Promise<OrderTransaction[]> => {
  const pages: (readonly OrderTransaction[])[] = [];
  for await (const page of createOrderTransactions(store).onDate(date)) pages.push(page);
  return pages.flat();
};

const refunded = (): Story => {
  const its = paid();
  return refunds(its, cancels(its, of("tea", 2)));
};

test("ofOrders_bringsAllThatMoved_ofEachOrderThatExists", async () => {
  const store = createInstantStore();
  await keep(store, "order-paid", paid());
  await keep(store, "order-refunded", refunded());
  await keep(store, "order-unpaid", ordered());
  await put(store, refusedDocument({ orderId: "order-refused" }));
  const found = await createOrderTransactions(store).ofOrders([
    "order-refunded",
    "order-paid",
    "order-unpaid",
    "order-refused",
    "order-unknown",
  ]);
  expect([...found.keys()].toSorted()).toEqual(["order-paid", "order-refunded", "order-unpaid"]);
  expect(found.get("order-refunded")?.map(({ kind, amount }) => [kind, amount])).toEqual([
    ["capture", 10_000],
    ["refund", -2_000],
  ]);
  expect(found.get("order-unpaid")).toEqual([]);
});

test("ofOrders_bringsEach_moreThanOneReading", async () => {
  const store = createInstantStore();
  const ids = times(1_203, (index) => `order-${String(index).padStart(5, "0")}`);
  for (const id of ids) await keep(store, id, paid());
  const found = await createOrderTransactions(store).ofOrders(ids);
  expect(found.size).toBe(1_203);
  expect(await onDate(store, "2026-11-23")).toHaveLength(1_203);
});

test("onDate_keepsToTheDay_ordersOfSeveral", async () => {
  const store = createInstantStore();
  await keep(store, "order-refunded", refunded());
  await keep(store, "order-paid", paid());
  expect((await onDate(store, "2026-11-23")).map(({ orderId, amount }) => [orderId, amount])).toEqual([
    ["order-paid", 10_000],
    ["order-refunded", 10_000],
  ]);
  expect(await onDate(store, "2026-11-25")).toMatchObject([{ orderId: "order-refunded", amount: -2_000 }]);
  expect(await onDate(store, "2026-11-24")).toEqual([]);
});

test("ofOrders_stillKnows_orderWrittenBeforeMoneyDates", async () => {
  const store = createInstantStore();
  const old = someDocument({ orderId: "order-old", snapshot: paidV1 as never });
  await put(store, old);
  const found = await createOrderTransactions(store).ofOrders(["order-old"]);
  expect(found.get("order-old")).toMatchObject([{ kind: "capture" }, { kind: "refund" }]);
  expect(await onDate(store, "2026-08-03")).toEqual([]); // until its next write
});

test("paymentsOf_hasEveryTry_declinedOnesToo", async () => {
  const store = createInstantStore();
  await keep(store, "order-tried", captures(pays(declines(pays(ordered()), 1)), 2));
  const orders = createOrderTransactions(store);
  expect(await orders.paymentsOf("order-tried")).toEqual([
    { paymentKey: "payment-key-1", from: "2026-11-22" },
    { paymentKey: "payment-key-2", from: "2026-11-22" },
  ]);
  await put(store, refusedDocument({ orderId: "order-refused" }));
  expect(await orders.paymentsOf("order-refused")).toBeUndefined();
  expect(await orders.paymentsOf("order-unknown")).toBeUndefined();
});

test("orderTransactions_rejectAsStoreUnavailable_storeIsAway", async () => {
  const away = () =>
    Promise.reject(new RetryableError("STORE_UNAVAILABLE", { message: "MongoDB does not answer." }));
  const store = { ...createInstantStore(), load: away, moneyMoved: away };
  const orders = createOrderTransactions(store);
  for (const error of await Promise.all(
    [orders.ofOrders(["order-1"]), onDate(store, "2026-11-23"), orders.paymentsOf("order-1")].map(rejection),
  )) {
    expect(error).toBeInstanceOf(RetryableSettlementError);
    expect(error).toMatchObject({
      code: "STORE_UNAVAILABLE",
      message: expect.stringContaining("MongoDB does not answer."),
    });
  }
});

test("ofOrders_rejects_orderOfANewerRelease", async () => {
  const store = createInstantStore();
  await put(store, someDocument({ orderId: "order-new", snapshot: { ...paidV1, version: 99 } as never }));
  const error = await rejection(createOrderTransactions(store).ofOrders(["order-new"]));
  expect(error).toBeInstanceOf(SnapshotError);
});
