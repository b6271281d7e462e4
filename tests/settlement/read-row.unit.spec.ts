import { expect, test } from "bun:test";
import { Value } from "@sinclair/typebox/value";
import fc from "fast-check";
import { SettlementRow } from "../../settlement/row.ts";
import { MAX_RAW_LENGTH, readRow } from "../../settlement/toss/read-row.ts";
import { DATE } from "./poller-rows.ts";

/** A row as Toss documents it, with what is not read and with a field of a later version. */
const raw = (changes: Record<string, unknown> = {}) => ({
  mId: "jumunmock",
  paymentKey: "jumun20261117000001",
  transactionKey: "8F3D8EB38D2C4A5B9F3D8EB38D2C4A5B",
  orderId: "order-000001",
  currency: "KRW",
  method: "카드",
  amount: 53_030,
  interestFee: 0,
  fees: [
    { type: "BASE", fee: 1_195 },
    { type: "ETC", fee: 116 },
  ],
  fee: 1_311,
  supplyAmount: 1_192,
  vat: 119,
  payOutAmount: 51_719,
  approvedAt: "2026-11-17T10:02:03+09:00",
  soldDate: "2026-11-17",
  paidOutDate: DATE,
  card: { amount: 53_030, issuerCode: "61", number: "43301234****123*", cardType: "신용" },
  easyPay: null,
  giftCertificate: null,
  mobilePhone: null,
  transfer: null,
  virtualAccount: null,
  cancel: null,
  fieldOfALaterVersion: { note: "?" },
  ...changes,
});

const without = (field: string) => {
  const { [field]: _, ...rest }: Record<string, unknown> = raw();
  return rest;
};

const rowOf = (value: unknown) => {
  const read = readRow(value, DATE);
  if (!read.ok) throw new Error(read.reason);
  return read.row;
};

const reasonOf = (value: unknown) => {
  const read = readRow(value, DATE);
  return read.ok ? "read" : read.reason;
};

test("readRow_keepsWhatIsReadInUtc_documentedRow", () => {
  const row = rowOf(raw());
  expect(row).toEqual({
    mId: "jumunmock",
    paymentKey: "jumun20261117000001",
    transactionKey: "8F3D8EB38D2C4A5B9F3D8EB38D2C4A5B",
    orderId: "order-000001",
    currency: "KRW",
    method: "카드",
    amount: 53_030,
    interestFee: 0,
    fees: [
      { type: "BASE", fee: 1_195 },
      { type: "ETC", fee: 116 },
    ],
    supplyAmount: 1_192,
    vat: 119,
    payOutAmount: 51_719,
    approvedAt: "2026-11-17T01:02:03.000Z",
    soldDate: "2026-11-17",
    paidOutDate: DATE,
    cardIssuerCode: "61",
    easyPayProvider: null,
    cancel: null,
  });
  expect(Value.Check(SettlementRow, row)).toBe(true);
});

test("readRow_keepsTheSigns_rowOfACancel", () => {
  const row = rowOf(
    raw({
      amount: -99_800,
      fees: [
        { type: "BASE", fee: -2_250 },
        { type: "ETC", fee: 0 },
      ],
      supplyAmount: -2_045,
      vat: -205,
      payOutAmount: -97_550,
      cancel: { canceledAt: "2026-11-17T13:40:03+09:00", cancelAmount: 99_800, cancelReason: "고객 변심" },
    }),
  );
  expect(row).toMatchObject({ amount: -99_800, payOutAmount: -97_550 });
  expect(row.cancel).toEqual({ canceledAt: "2026-11-17T04:40:03.000Z", amount: 99_800, reason: "고객 변심" });
  expect(Value.Check(SettlementRow, row)).toBe(true);
});

test("readRow_makesThemNumbers_feesAsTexts", () => {
  const fees = [
    { type: "BASE", fee: "800" },
    { type: "INSTALLMENT", fee: "-60" },
  ];
  expect(rowOf(raw({ fees })).fees).toEqual([
    { type: "BASE", fee: 800 },
    { type: "INSTALLMENT", fee: -60 },
  ]);
});

test.each(["12.5", "", "1e3", "0x10", "9999999999999999", " 1", "800원"])(
  "readRow_isMalformed_feeAsText %p",
  (fee) => expect(reasonOf(raw({ fees: [{ type: "BASE", fee }] }))).toStartWith("fees"),
);

test("readRow_takesTheWholeFee_oldVersionWithoutFees", () => {
  expect(rowOf({ ...without("fees"), fee: 859_950 }).fees).toEqual([{ type: "FEE", fee: 859_950 }]);
  expect(rowOf(raw({ fees: null, fee: "1311" })).fees).toEqual([{ type: "FEE", fee: 1_311 }]);
  expect(rowOf(raw({ fees: [] })).fees).toEqual([]);
  expect(reasonOf(raw({ fees: null, fee: null }))).toBe("neither fees nor fee is there");
});

test("readRow_isNull_whatOtherMethodsDoNotHave", () => {
  const row = rowOf(raw({ card: null, method: null, easyPay: { provider: "토스페이", amount: 1 } }));
  expect(row).toMatchObject({ cardIssuerCode: null, method: null, easyPayProvider: "토스페이" });
  expect(rowOf(without("card")).cardIssuerCode).toBeNull();
  expect(rowOf(raw({ card: { amount: 1 } })).cardIssuerCode).toBeNull();
});

test.each(
  `mId paymentKey transactionKey orderId currency amount interestFee supplyAmount vat payOutAmount approvedAt soldDate
   paidOutDate`.split(/\s+/),
)("readRow_namesTheField_without %s", (field) => {
  const read = readRow(without(field), DATE);
  expect(read).toMatchObject({ ok: false, raw: JSON.stringify(without(field)) });
  expect(reasonOf(without(field))).toStartWith(`${field}: `);
});

test.each([
  ["amount", { amount: "53030" }],
  ["amount", { amount: 0.5 }],
  ["amount", { amount: 2 ** 53 }],
  ["amount", { amount: null }],
  ["paymentKey", { paymentKey: "" }],
  ["paymentKey", { paymentKey: { $ne: null } }],
  ["orderId", { orderId: "x".repeat(201) }],
  ["mId", { mId: "x".repeat(65) }],
  ["currency", { currency: "USD" }],
  ["card", { card: { issuerCode: 61 } }],
  ["card", { card: "61" }],
  ["cancel", { cancel: { cancelAmount: 1 } }],
  ["approvedAt", { approvedAt: "yesterday" }],
  ["approvedAt", { approvedAt: "2026-11-17" }],
  ["soldDate", { soldDate: "2026-02-30" }],
  ["soldDate", { soldDate: "20261117" }],
  ["paidOutDate", { paidOutDate: "2026-11-23" }],
  ["cancel.canceledAt", { cancel: { canceledAt: "?", cancelAmount: 1 } }],
])("readRow_isMalformedBy %s %j", (field, change) => {
  expect(reasonOf(raw(change))).toStartWith(field);
});

test.each([[null], [1], ["row"], [[]], [true]])("readRow_isMalformed_whatIsNoObject %j", (value) => {
  expect(readRow(value, DATE)).toMatchObject({ ok: false, raw: JSON.stringify(value) });
});

test("readRow_keepsRawAndReasonShort_endlessTexts", () => {
  const read = readRow(raw({ amount: "x".repeat(1_000_000), soldDate: "y".repeat(10_000) }), DATE);
  if (read.ok) throw new Error("it was read");
  expect(read.raw.length).toBeLessThanOrEqual(MAX_RAW_LENGTH + 1);
  expect(read.reason.length).toBeLessThanOrEqual(300);
  expect(reasonOf(raw({ soldDate: "y".repeat(10_000) })).length).toBeLessThanOrEqual(300);
});

test("readRow_neverThrows_anyJson", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(raw())), (value, field) => {
      const read = readRow(raw({ [field]: value }), DATE);
      if (read.ok) expect(Value.Check(SettlementRow, read.row)).toBe(true);
      else expect(read.reason).not.toBe("");
      expect(readRow(value, DATE).ok).toBe(false);
    }),
    { numRuns: 1_000 },
  );
});

test("readRow_takesMillisecondsForAWholePage_fiveThousandRows", () => {
  const text = JSON.stringify(Array.from({ length: 5_000 }, (_, n) => raw({ transactionKey: `tx-${n}` })));
  const readPage = () => (JSON.parse(text) as unknown[]).map((one) => readRow(one, DATE));
  readPage();
  const startedAt = performance.now();
  const rows = readPage();
  // About 20 ms here, the parsing of the JSON included; the bound leaves room for a busy machine.
  expect(performance.now() - startedAt).toBeLessThan(500);
  expect(rows.every(({ ok }) => ok)).toBe(true);
});
