import { afterEach, beforeEach, expect, test } from "bun:test";
import { createCalendar, type KstDate } from "../../machines/mod.ts";
import type { SettlementRow } from "../../settlement/row.ts";
import { cancelOf, someRow } from "./ledgers-fixtures.ts";
import { createShop, found, noon, type Shop } from "./reconcile-shop.ts";

/** Sold on Tuesday, paid out on Friday; what is sold from Friday to Sunday is paid out on Wednesday. */
const TUESDAY = "2026-11-17";
const WEDNESDAY = "2026-11-18";
const FRIDAY = "2026-11-20";
const SATURDAY = "2026-11-21";
const MONDAY = "2026-11-23";
const NEXT_WEDNESDAY = "2026-11-25";

let shop: Shop;
beforeEach(async () => {
  shop = await createShop();
});
afterEach(() => shop.dispose());

/** Settles all rows, the first one changed. */
const settleWith = async (change: (row: SettlementRow) => readonly SettlementRow[]) => {
  const [first, ...rest] = shop.rows();
  if (!first) throw new Error("there is no row");
  await shop.settle([...change(first), ...rest]);
  return first;
};

const days = async (...dates: KstDate[]) =>
  Promise.all(dates.map(async (date) => found(await shop.reconcile(date))));

test("reconcile_matches_captureAndItsRow", async () => {
  await shop.buy(noon(TUESDAY), 12);
  await shop.settle();
  expect(await shop.reconcile(FRIDAY)).toEqual({
    date: FRIDAY,
    counts: {
      matched: 1,
      amountMismatch: 0,
      missingHere: 0,
      missingAtToss: 0,
      notYetDue: 0,
      feeMismatch: 0,
      payOutMismatch: 0,
    },
    tossAmount: 12_000,
    ourAmount: 12_000,
    findings: [],
    clean: true,
  });
});

test("reconcile_isClean_nothingWasSold", async () => {
  for (const date of [FRIDAY, SATURDAY]) {
    expect(await shop.reconcile(date)).toMatchObject({ tossAmount: 0, ourAmount: 0, clean: true });
  }
});

test("reconcile_findsAmountMismatch_tossHasAnotherAmount", async () => {
  const orderId = await shop.buy(noon(TUESDAY), 12);
  const row = await settleWith((one) => [{ ...someRow({ ...one, amount: 11_000 }), ...sumsOf(11_000) }]);
  const report = await shop.reconcile(FRIDAY);
  expect(found(report)).toEqual({ amountMismatch: 1 });
  expect(report).toMatchObject({ tossAmount: 11_000, ourAmount: 12_000, clean: false });
  expect(report.findings).toEqual([
    {
      status: "amountMismatch",
      orderId,
      paymentKey: row.paymentKey,
      transactionKey: row.transactionKey,
      tossAmount: 11_000,
      ourAmount: 12_000,
      paidOutDate: FRIDAY,
      message: "Toss settles 11000 KRW for a capture of 12000 KRW.",
    },
  ]);
});

const sumsOf = (amount: number) => {
  const { fees, supplyAmount, vat, payOutAmount } = someRow({ amount });
  return { amount, fees, supplyAmount, vat, payOutAmount };
};

test.each<[string, (row: SettlementRow) => SettlementRow, string, object]>([
  [
    "anUnknownOrder",
    (row) => ({ ...row, orderId: "order-unknown", paymentKey: "other" }),
    "does not exist",
    { ourAmount: null },
  ],
  ["anUnknownPayment", (row) => ({ ...row, paymentKey: "other" }), "never captured", {}],
  ["anUnknownTransaction", (row) => ({ ...row, transactionKey: "other" }), "does not know of", {}],
])("reconcile_findsMissingHere_rowOf_%s", async (_, change, message, more) => {
  await shop.buy(noon(TUESDAY), 12);
  await shop.settle();
  const stranger = change(someRow({ ...shop.rows()[0], ...sumsOf(5_000) }));
  await shop.settle([stranger]);
  const report = await shop.reconcile(FRIDAY);
  expect(found(report)).toEqual({ matched: 1, missingHere: 1 });
  expect(report.findings).toMatchObject([
    { status: "missingHere", tossAmount: 5_000, ourAmount: null, ...more },
  ]);
  expect(report.findings[0]?.message).toContain(message);
  expect(report).toMatchObject({ tossAmount: 17_000, ourAmount: 12_000, clean: false });
});

test("reconcile_findsMissingAtToss_dueWithoutARow", async () => {
  const orderId = await shop.buy(noon(TUESDAY), 12);
  await shop.buy(noon(TUESDAY), 3);
  const row = await settleWith(() => []);
  const report = await shop.reconcile(FRIDAY);
  expect(found(report)).toEqual({ matched: 1, missingAtToss: 1 });
  expect(report.findings).toMatchObject([
    {
      status: "missingAtToss",
      orderId,
      transactionKey: row.transactionKey,
      tossAmount: null,
      ourAmount: 12_000,
      paidOutDate: FRIDAY,
    },
  ]);
  await shop.settle(); // the row came late, and the day is polled again
  expect(await days(FRIDAY)).toEqual([{ matched: 2 }]);
});

test("reconcile_countsNotYetDue_dayStillToCome", async () => {
  await shop.buy(noon(TUESDAY), 1);
  await shop.buy(noon(WEDNESDAY), 2);
  await shop.buy(noon(FRIDAY), 3);
  await shop.buy(noon(SATURDAY), 4); // after the day that is reconciled
  await shop.settle();
  expect(await days(FRIDAY, SATURDAY, MONDAY, NEXT_WEDNESDAY)).toEqual([
    { matched: 1, notYetDue: 2 },
    { notYetDue: 3 },
    { matched: 1, notYetDue: 2 },
    { matched: 2 },
  ]);
  expect((await shop.reconcile(FRIDAY)).clean).toBe(true);
});

test("reconcile_doesNotCountAsNotYetDue_paidOutEarlier", async () => {
  await shop.buy(noon(WEDNESDAY), 2);
  await settleWith((row) => [{ ...row, paidOutDate: FRIDAY }]);
  expect(await days(FRIDAY, MONDAY)).toEqual([{ matched: 1 }, {}]);
});

test("reconcile_findsFeeMismatch_rowsOwnSums", async () => {
  await shop.buy(noon(TUESDAY), 12);
  await settleWith((row) => [{ ...row, vat: row.vat + 1 }]);
  const report = await shop.reconcile(FRIDAY);
  expect(found(report)).toEqual({ matched: 1, feeMismatch: 1 });
  expect(report).toMatchObject({ clean: false, findings: [{ status: "feeMismatch", ourAmount: 12_000 }] });
});

test("reconcile_findsPayOutMismatch_rowsOwnSums", async () => {
  await shop.buy(noon(TUESDAY), 12);
  await settleWith((row) => [{ ...row, payOutAmount: row.payOutAmount - 1 }]);
  const report = await shop.reconcile(FRIDAY);
  expect(found(report)).toEqual({ matched: 1, payOutMismatch: 1 });
  expect(report).toMatchObject({ clean: false, findings: [{ status: "payOutMismatch" }] });
});

test("reconcile_findsBoth_rowWithWrongFeesAndPayOut", async () => {
  await shop.buy(noon(TUESDAY), 12);
  await settleWith((row) => [{ ...row, fees: [{ type: "BASE", fee: 1 }] }]);
  expect(await days(FRIDAY)).toEqual([{ matched: 1, feeMismatch: 1, payOutMismatch: 1 }]);
});

test("reconcile_matchesOnALaterDay_refundAfterSettlement", async () => {
  const orderId = await shop.buy(noon(TUESDAY), 12);
  await shop.refund(orderId, 12, noon(SATURDAY));
  await shop.settle();
  expect(await shop.reconcile(FRIDAY)).toMatchObject({ tossAmount: 12_000, ourAmount: 12_000, clean: true });
  const later = await shop.reconcile(NEXT_WEDNESDAY);
  expect(later).toMatchObject({ tossAmount: -12_000, ourAmount: -12_000, clean: true });
  expect(found(later)).toEqual({ matched: 1 });
});

test("reconcile_matchesEach_partialRefundsOfTheSameAmount", async () => {
  const orderId = await shop.buy(noon(TUESDAY), 12);
  for (const minutes of [1, 2, 3]) await shop.refund(orderId, 2, noon(TUESDAY, minutes));
  await shop.refund(orderId, 2, noon(WEDNESDAY));
  await shop.settle();
  expect(await days(FRIDAY, MONDAY)).toEqual([{ matched: 4, notYetDue: 1 }, { matched: 1 }]);
  expect(await shop.reconcile(FRIDAY)).toMatchObject({ tossAmount: 6_000, clean: true });
});

test("reconcile_matchesBoth_capturedAndCancelledOnOneDay", async () => {
  const orderId = await shop.buy(noon(TUESDAY), 12);
  await shop.refund(orderId, 12, noon(TUESDAY, 5));
  await shop.settle();
  const report = await shop.reconcile(FRIDAY);
  expect(found(report)).toEqual({ matched: 2 });
  expect(report).toMatchObject({ tossAmount: 0, ourAmount: 0, clean: true });
});

test("reconcile_matchesBoth_strayPaymentAndItsRefund", async () => {
  await shop.stray(noon(TUESDAY), 7, noon(WEDNESDAY));
  await shop.settle();
  expect(await days(FRIDAY, MONDAY)).toEqual([{ matched: 1, notYetDue: 1 }, { matched: 1 }]);
});

test("reconcile_matchesTheCapture_strayPaymentNotYetGivenBack", async () => {
  await shop.stray(noon(TUESDAY), 7);
  await shop.settle();
  expect(await days(FRIDAY)).toEqual([{ matched: 1 }]);
});

test("reconcile_matchesByKindAndAmount_keysThatWeDoNotKnow", async () => {
  await shop.buy(noon(TUESDAY), 5, { keyless: true });
  await shop.stray(noon(TUESDAY), 7, noon(WEDNESDAY), { keyless: true });
  await shop.settle();
  expect(await days(FRIDAY, MONDAY)).toEqual([{ matched: 2, notYetDue: 1 }, { matched: 1 }]);
});

test("reconcile_findsBothSides_keylessWithAnotherAmount", async () => {
  await shop.buy(noon(TUESDAY), 5, { keyless: true });
  await settleWith((row) => [{ ...row, ...sumsOf(4_000) }]);
  expect(await days(FRIDAY)).toEqual([{ missingHere: 1, missingAtToss: 1 }]);
});

test("reconcile_matchesOnce_keylessSettledTwice", async () => {
  await shop.buy(noon(TUESDAY), 5, { keyless: true });
  await settleWith((row) => [row, { ...row, transactionKey: "capture-again" }]);
  expect(await days(FRIDAY)).toEqual([{ matched: 1, missingHere: 1 }]);
});

test.each([
  ["sameDay", {}, { matched: 1, missingHere: 1 }, {}],
  ["anotherPayOut", { paidOutDate: MONDAY }, { matched: 1 }, { missingHere: 1 }],
])("reconcile_matchesOnce_transactionSettledTwice_%s", async (_, change, friday, monday) => {
  await shop.buy(noon(TUESDAY), 5);
  await settleWith((row) => [row, { ...row, soldDate: WEDNESDAY, ...change }]);
  expect(await days(FRIDAY, MONDAY)).toEqual([friday, monday]);
  const reports = [await shop.reconcile(FRIDAY), await shop.reconcile(MONDAY)];
  expect(reports.flatMap(({ findings }) => findings)[0]?.message).toContain("more than once");
});

test("reconcile_findsMissingHere_refundMadeByHandAtToss", async () => {
  await shop.buy(noon(TUESDAY), 12);
  const [row] = shop.rows();
  if (!row) throw new Error("there is no row");
  await shop.settle([row, cancelOf(row, 4_000, { soldDate: TUESDAY, paidOutDate: FRIDAY })]);
  const report = await shop.reconcile(FRIDAY);
  expect(found(report)).toEqual({ matched: 1, missingHere: 1 });
  expect(report.findings).toMatchObject([{ tossAmount: -4_000, ourAmount: null }]);
});

test("reconcile_findsMissingHere_rowOfACancelWithAPositiveAmount", async () => {
  const orderId = await shop.buy(noon(TUESDAY), 12);
  await shop.refund(orderId, 12, noon(TUESDAY, 5));
  const [capture, refund] = shop.rows();
  if (!capture || !refund) throw new Error("rows are missing");
  await shop.settle([capture, { ...refund, ...sumsOf(12_000) }]);
  expect(await days(FRIDAY)).toEqual([{ matched: 1, amountMismatch: 1 }]);
});

test("reconcile_isNotMissingAtToss_rowCountsForTheNextDay", async () => {
  await shop.buy("2026-11-17T14:59:59.900Z", 5); // a moment before midnight in Korea
  await settleWith((row) => [{ ...row, soldDate: WEDNESDAY, paidOutDate: MONDAY }]);
  expect(await days(FRIDAY, MONDAY)).toEqual([{}, { matched: 1 }]);
});

test("reconcile_goesByTheDayInKorea_aroundMidnight", async () => {
  await shop.buy("2026-11-17T14:59:59.000Z", 1);
  await shop.buy("2026-11-17T15:00:00.000Z", 2);
  await shop.settle();
  expect(await shop.reconcile(FRIDAY)).toMatchObject({ ourAmount: 1_000, clean: true });
  expect(await shop.reconcile(MONDAY)).toMatchObject({ ourAmount: 2_000, clean: true });
});

test("reconcile_keepsTheFirstFindings_andCountsThemAll", async () => {
  for (let index = 0; index < 7; index += 1) await shop.buy(noon(TUESDAY, index), 1);
  const report = await shop.reconcile(FRIDAY, { maxFindings: 3 });
  expect(found(report)).toEqual({ missingAtToss: 7 });
  expect(report.findings).toHaveLength(3);
});

test("reconcile_comesToTheSame_pagesOfEverySize", async () => {
  for (let index = 0; index < 5; index += 1) {
    const orderId = await shop.buy(noon(TUESDAY, index), 4, { keyless: index % 2 === 0 });
    await shop.refund(orderId, 1, noon(TUESDAY, index + 10));
  }
  await settleWith((row) => [row, { ...row, transactionKey: "capture-again" }]);
  const whole = await shop.reconcile(FRIDAY, { pageSize: 100 });
  expect(found(whole)).toEqual({ matched: 10, missingHere: 1 });
  for (const pageSize of [1, 2, 3, 7]) expect(await shop.reconcile(FRIDAY, { pageSize })).toEqual(whole);
});

test("reconcile_rejects_yearWithoutACalendar", async () => {
  await shop.buy(noon("2026-12-30"), 1);
  await shop.settle();
  const calendar = createCalendar({ "2026": new Set() });
  await expect(shop.reconcile("2026-12-31", { calendar })).rejects.toMatchObject({
    code: "YEAR_NOT_COVERED",
  });
});
