import { afterEach, beforeEach, expect, test } from "bun:test";
import { RetryableSettlementError, TerminalSettlementError } from "../../settlement/errors.ts";
import type { RunRecord, SettlementReader } from "../../settlement/ports.ts";
import { createSettlementReader, type SettlementReaderParts } from "../../settlement/reader.ts";
import { emptyTotals } from "../../settlement/totals.ts";
import { rejection } from "../contract/store-fixtures.ts";
import { cancelOf } from "./ledgers-fixtures.ts";
import { calendar, createShop, noon, type Shop } from "./reconcile-shop.ts";

const SOLD = "2026-11-17";
const PAID_OUT = "2026-11-20";
const run: RunRecord = {
  date: PAID_OUT,
  status: "complete",
  startedAt: "2026-11-20T00:00:00.000Z",
  passes: 2,
};

let shop: Shop;
beforeEach(async () => {
  shop = await createShop();
});
afterEach(() => shop.dispose());

const readerOf = (parts: Partial<SettlementReaderParts> = {}): SettlementReader =>
  createSettlementReader({
    runs: {
      run: async (date) => (date === PAID_OUT ? run : undefined),
      runs: async (from, to) => (from <= PAID_OUT && PAID_OUT <= to ? [run] : []),
    },
    ledgers: shop.ledgers,
    orders: shop.orders,
    calendarOf: () => calendar,
    ...parts,
  });

test("day_hasItsRunAndItsSums_polled", async () => {
  await shop.buy(noon(SOLD), 12);
  await shop.ledgers.upsertAccounting(shop.rows());
  expect(await readerOf().day(PAID_OUT)).toMatchObject({
    date: PAID_OUT,
    run,
    accounting: [{ method: "카드", rows: 1, amount: 12_000 }],
  });
});

test("day_hasNoRunAndNoSums_neverPolled", async () => {
  expect(await readerOf().day("2026-11-23")).toEqual({ date: "2026-11-23", run: null, accounting: [] });
});

test("days_areAllOfTheRange_polledOrNot", async () => {
  await shop.buy(noon(SOLD), 12);
  await shop.ledgers.upsertAccounting(shop.rows());
  const nothing = { rows: 0, amount: 0, fee: 0, payOutAmount: 0 };
  const [row] = shop.rows();
  const fee = (row?.supplyAmount ?? 0) + (row?.vat ?? 0);
  // Its run has counted nothing yet, so it shows what the ledger holds.
  expect(await readerOf().days("2026-11-19", "2026-11-21")).toEqual([
    { date: "2026-11-19", status: null, ...nothing },
    { date: PAID_OUT, status: "complete", rows: 1, amount: 12_000, fee, payOutAmount: 12_000 - fee },
    { date: "2026-11-21", status: null, ...nothing },
  ]);
});

test("days_showWhatTheRunCounted_runWithTotals", async () => {
  await shop.buy(noon(SOLD), 12);
  await shop.ledgers.upsertAccounting(shop.rows());
  const totals = { ...emptyTotals, rows: 7, amount: 70_000, fee: 700, payOutAmount: 69_300 };
  const reader = readerOf({
    runs: { run: async () => undefined, runs: async () => [{ ...run, status: "mismatch", totals }] },
  });
  expect(await reader.days(PAID_OUT, PAID_OUT)).toEqual([
    { date: PAID_OUT, status: "mismatch", rows: 7, amount: 70_000, fee: 700, payOutAmount: 69_300 },
  ]);
});

test("reconciliation_asksForTheCalendarOfTheDay", async () => {
  await shop.buy(noon(SOLD), 12);
  await shop.settle();
  const asked: string[] = [];
  const calendarOf = async (date: string) => {
    asked.push(date);
    return calendar;
  };
  const reader = readerOf({ calendarOf });
  expect(await reader.reconciliation(PAID_OUT)).toEqual(await shop.reconcile(PAID_OUT));
  expect(asked).toEqual([PAID_OUT]);
});

test("reconciliation_rejects_yearThatIsNotCovered", async () => {
  const error = new TerminalSettlementError("YEAR_NOT_COVERED", { message: "2031 is not known." });
  const reader = readerOf({ calendarOf: () => Promise.reject(error) });
  expect(await rejection(reader.reconciliation("2031-01-02"))).toBe(error);
});

test("orderSettlements_showEveryRowOfItsPayments_knownToTheOrderOrNot", async () => {
  const orderId = await shop.buy(noon(SOLD), 12);
  await shop.refund(orderId, 2, noon("2026-11-18"));
  await shop.buy(noon(SOLD), 3);
  const rows = shop.rows();
  const byHand = rows[0] && cancelOf(rows[0], 1_000, { soldDate: "2026-12-01", paidOutDate: "2026-12-04" });
  await shop.ledgers.upsertOrderSettlements([...rows, ...(byHand ? [byHand] : [])]);
  expect(await readerOf().orderSettlements(orderId)).toMatchObject([
    { orderId, amount: 12_000, soldDate: SOLD, paidOutDate: PAID_OUT },
    { orderId, amount: -2_000, soldDate: "2026-11-18", paidOutDate: "2026-11-23" },
    { orderId, amount: -1_000, soldDate: "2026-12-01", paidOutDate: "2026-12-04" },
  ]);
});

test("orderSettlements_areEmpty_unknownOrUnsettledOrder", async () => {
  const orderId = await shop.buy(noon(SOLD), 12);
  expect(await readerOf().orderSettlements(orderId)).toEqual([]);
  expect(await readerOf().orderSettlements("order-unknown")).toEqual([]);
});

test("reader_rejects_ledgersAreAway", async () => {
  await shop.ledgers.close();
  for (const error of await Promise.all(
    [readerOf().day(PAID_OUT), readerOf().reconciliation(PAID_OUT)].map(rejection),
  )) {
    expect(error).toBeInstanceOf(RetryableSettlementError);
    expect(error).toMatchObject({ code: "STORE_UNAVAILABLE" });
  }
});
