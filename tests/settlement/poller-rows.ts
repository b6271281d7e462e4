import type { ReadRow } from "../../settlement/ports.ts";
import type { SettlementRow } from "../../settlement/row.ts";

/** The day that the tests of the poller are about: a Friday; what is paid out then was sold three business days before. */
export const DATE = "2026-11-20";
export const SOLD_DATE = "2026-11-17";

/** The nth row of the day: an approval, all of whose sums are right. */
export const someRow = (n: number, changes: Partial<SettlementRow> = {}): SettlementRow => {
  const amount = 10_000 + n;
  const supplyAmount = 300;
  const vat = 30;
  return {
    mId: "jumunmock",
    paymentKey: `pay-${n}`,
    transactionKey: `tx-${n}`,
    orderId: `order-${n}`,
    currency: "KRW",
    method: "카드",
    amount,
    interestFee: 0,
    fees: [{ type: "BASE", fee: supplyAmount + vat }],
    supplyAmount,
    vat,
    payOutAmount: amount - supplyAmount - vat,
    approvedAt: "2026-11-17T01:02:03.000Z",
    soldDate: SOLD_DATE,
    paidOutDate: DATE,
    cardIssuerCode: "61",
    easyPayProvider: null,
    cancel: null,
    ...changes,
  };
};

export const read = (row: SettlementRow): ReadRow => ({ ok: true, row });

/** Rows `from` to `to`, both included, as they come from Toss. */
export const someRows = (from: number, to: number): ReadRow[] =>
  Array.from({ length: to - from + 1 }, (_, index) => read(someRow(from + index)));

export const malformed = (n: number): ReadRow => ({
  ok: false,
  reason: "amount: Expected integer",
  raw: `{"transactionKey":"tx-${n}"}`,
});
