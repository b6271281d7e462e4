import { expect, test } from "bun:test";
import fc from "fast-check";
import { MoneyError } from "../../machines/mod.ts";
import type { ReadRow } from "../../settlement/ports.ts";
import type { SettlementRow } from "../../settlement/row.ts";
import { addRow, emptyTotals, mergeTotals, sameTotals, totalsOf } from "../../settlement/totals.ts";
import { malformed, read, someRow, someRows } from "./poller-rows.ts";

const anyRow: fc.Arbitrary<ReadRow> = fc.oneof(
  { weight: 9, arbitrary: fc.nat({ max: 40 }).map((n): ReadRow => read(someRow(n))) },
  { weight: 1, arbitrary: fc.nat({ max: 5 }).map(malformed) },
);
const anyRows = fc.array(anyRow, { maxLength: 60 });

test("totalsOf_addsUpAndCountsApart_rowsAndMalformed", () => {
  const totals = totalsOf([
    read(someRow(1)),
    read(someRow(2, { amount: -500, payOutAmount: -830 })),
    malformed(3),
  ]);
  expect(totals).toMatchObject({
    rows: 2,
    malformed: 1,
    amount: 10_001 - 500,
    fee: 660,
    payOutAmount: 9_671 - 830,
  });
  expect(totals.digest).toMatch(/^[0-9a-f]{32}$/);
});

test("totalsOf_areTheSame_whateverTheOrder", () => {
  fc.assert(
    fc.property(
      anyRows.chain((rows) =>
        fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })),
      ),
      ([rows, shuffled]) => expect(totalsOf(shuffled)).toEqual(totalsOf(rows)),
    ),
  );
});

test("mergeTotals_isTheTotalsOfAll_howeverTheyAreSplit", () => {
  fc.assert(
    fc.property(anyRows, anyRows, anyRows, (a, b, c) => {
      const [ta, tb, tc] = [totalsOf(a), totalsOf(b), totalsOf(c)];
      expect(mergeTotals(ta, mergeTotals(tb, tc))).toEqual(totalsOf([...a, ...b, ...c]));
      expect(mergeTotals(tb, ta)).toEqual(mergeTotals(ta, tb));
      expect(mergeTotals(ta, emptyTotals)).toEqual(ta);
    }),
  );
});

test("addRow_isTheTotalsOfAll_oneByOne", () => {
  fc.assert(fc.property(anyRows, (rows) => expect(rows.reduce(addRow, emptyTotals)).toEqual(totalsOf(rows))));
});

test("sameTotals_isFalse_oneRowMoreOrLessOrTwice", () => {
  fc.assert(
    fc.property(anyRows, anyRow, (rows, extra) => {
      const totals = totalsOf(rows);
      expect(sameTotals(totals, totalsOf([...rows]))).toBe(true);
      expect(sameTotals(totals, totalsOf([...rows, extra]))).toBe(false);
      expect(sameTotals(totals, totalsOf([...rows, extra, extra]))).toBe(false);
    }),
  );
});

test("sameTotals_isFalse_oneRowForAnotherOfTheSameSums", () => {
  const one = someRow(1);
  const swapped = { ...one, transactionKey: "tx-other" };
  expect(totalsOf([read(swapped)])).toMatchObject({ rows: 1, amount: one.amount, fee: 330 });
  expect(sameTotals(totalsOf([read(one)]), totalsOf([read(swapped)]))).toBe(false);
});

const changes: readonly Partial<SettlementRow>[] = [
  { soldDate: "2026-11-16" },
  { mId: "other" },
  { paymentKey: "other" },
  { orderId: "other" },
  { amount: 1 },
  { interestFee: 1 },
  { fees: [{ type: "ETC", fee: 330 }] },
  {
    fees: [
      { type: "BASE", fee: 329 },
      { type: "ETC", fee: 1 },
    ],
  },
  { supplyAmount: 301 },
  { vat: 31 },
  { payOutAmount: 1 },
  { approvedAt: "2026-11-17T01:02:04.000Z" },
  { paidOutDate: "2026-11-23" },
  { method: null },
  { cardIssuerCode: null },
  { easyPayProvider: "토스페이" },
  { cancel: { canceledAt: "2026-11-17T02:00:00.000Z", amount: 1, reason: "" } },
];

test.each(changes)("digest_changes_with %j", (change) => {
  expect(totalsOf([read(someRow(1, change))]).digest).not.toBe(totalsOf([read(someRow(1))]).digest);
});

test("digest_tellsApart_fieldsThatRunTogether", () => {
  const a = someRow(1, { paymentKey: "p1", transactionKey: "2t" });
  const b = someRow(1, { paymentKey: "p12", transactionKey: "t" });
  expect(totalsOf([read(a)]).digest).not.toBe(totalsOf([read(b)]).digest);
});

test("totalsOf_throwsMoneyError_sumsBeyondSafeIntegers", () => {
  const huge = read(someRow(1, { amount: Number.MAX_SAFE_INTEGER }));
  expect(() => totalsOf([huge, read(someRow(2))])).toThrow(MoneyError);
  expect(() => mergeTotals(totalsOf([huge]), totalsOf([huge]))).toThrow(MoneyError);
});

test("totalsOf_staysTheSame_knownRows", () => {
  // Checkpoints are compared with what an older process stored: another digest would produce every page again.
  expect(totalsOf(someRows(1, 3)).digest).toBe("cb0ab7e67ca62cb578db1a6a1e4d7941");
});
