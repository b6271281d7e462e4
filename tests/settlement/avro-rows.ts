import fc from "fast-check";
import type { SettlementRow } from "../../settlement/row.ts";

/** A card payment that was settled whole. */
export const plainRow: SettlementRow = {
  mId: "jumunmock",
  paymentKey: "jumun20261120004903pIlD7",
  transactionKey: "txrd_a01kac5q1m3s7v9x2z4b6d8f0h",
  orderId: "order-20261120-000001",
  currency: "KRW",
  method: "카드",
  amount: 41_500,
  interestFee: 0,
  fees: [
    { type: "BASE", fee: 935 },
    { type: "ETC", fee: 0 },
  ],
  supplyAmount: 850,
  vat: 85,
  payOutAmount: 40_565,
  approvedAt: "2026-11-20T04:03:39.000Z",
  soldDate: "2026-11-20",
  paidOutDate: "2026-11-25",
  cardIssuerCode: "61",
  easyPayProvider: null,
  cancel: null,
};

/** The row of a cancel, with all that version 1 of the schema does not know. */
export const cancelRow: SettlementRow = {
  ...plainRow,
  transactionKey: "txrd_a01kaf7r2n4t6w8y0a1c3e5g7i",
  amount: -41_500,
  fees: [{ type: "BASE", fee: -935 }],
  supplyAmount: -850,
  vat: -85,
  payOutAmount: -40_565,
  easyPayProvider: "네이버페이",
  cancel: { canceledAt: "2026-11-23T23:59:59.999Z", amount: 41_500, reason: "단순 변심, 색상이 달라요 🙏" },
};

const won = fc.maxSafeInteger();
const key = fc
  .string({ minLength: 1, maxLength: 200, unit: "grapheme" })
  .filter((text) => text.length <= 200);
const text = fc.string({ unit: "grapheme" });
const nullableText = fc.option(text, { nil: null });
const times = {
  min: new Date("2000-01-01T00:00:00.000Z"),
  max: new Date("2099-12-31T23:59:59.999Z"),
  noInvalidDate: true,
} as const;
const instant = fc.date(times).map((date) => date.toISOString());
const day = fc.date(times).map((date) => date.toISOString().slice(0, 10));

/** Any row that the row's own schema lets through. */
export const anyRow: fc.Arbitrary<SettlementRow> = fc.record({
  mId: fc.string({ minLength: 1, maxLength: 64 }),
  paymentKey: key,
  transactionKey: key,
  orderId: key,
  currency: fc.string({ minLength: 1, maxLength: 3 }),
  method: nullableText,
  amount: won,
  interestFee: won,
  fees: fc.array(fc.record({ type: text, fee: won }), { maxLength: 6 }),
  supplyAmount: won,
  vat: won,
  payOutAmount: won,
  approvedAt: instant,
  soldDate: day,
  paidOutDate: day,
  cardIssuerCode: nullableText,
  easyPayProvider: nullableText,
  cancel: fc.option(fc.record({ canceledAt: instant, amount: won, reason: text }), { nil: null }),
});
