import type { KstDate } from "../../machines/mod.ts";
import type { Ledgers, PaymentSince } from "../../settlement/ports.ts";
import { rowKeyOf, type SettlementRow } from "../../settlement/row.ts";

export const SOLD: KstDate = "2026-11-17";
export const PAID_OUT: KstDate = "2026-11-20";

let made = 0;

/** The fee of an amount as Toss takes it: 2.05 % and its VAT, below zero where a cancel gives it back. */
export const feeFor = (amount: number) => {
  const fee = Math.sign(amount) * Math.floor((Math.abs(amount) * 205 * 11) / 100_000);
  const supplyAmount = Math.round(fee / 1.1);
  return { fee, supplyAmount, vat: fee - supplyAmount };
};

/** A row whose sums are right; of a payment that no other test has unless it is said. */
export const someRow = (changes: Partial<SettlementRow> = {}): SettlementRow => {
  made += 1;
  const number = String(made).padStart(6, "0");
  const amount = changes.amount ?? 12_000;
  const { fee, supplyAmount, vat } = feeFor(amount);
  return {
    mId: "jumunmock",
    paymentKey: `jumun20261117${number}`,
    transactionKey: `TX${number}`,
    orderId: `order-${number}`,
    currency: "KRW",
    method: "카드",
    amount,
    interestFee: 0,
    fees: [
      { type: "BASE", fee },
      { type: "ETC", fee: 0 },
    ],
    supplyAmount,
    vat,
    payOutAmount: amount - fee,
    approvedAt: "2026-11-17T03:04:05.000Z",
    soldDate: SOLD,
    paidOutDate: PAID_OUT,
    cardIssuerCode: "61",
    easyPayProvider: null,
    cancel: null,
    ...changes,
  };
};

/** The row of a cancel of part or all of a row's payment. */
export const cancelOf = (
  row: SettlementRow,
  amount: number,
  changes: Partial<SettlementRow> = {},
): SettlementRow => {
  const { paymentKey, orderId, mId, method, cardIssuerCode, approvedAt } = row;
  return someRow({
    ...{ paymentKey, orderId, mId, method, cardIssuerCode, approvedAt },
    amount: -amount,
    cancel: { canceledAt: "2026-11-17T06:00:00.000Z", amount, reason: "[C1] 마음이 바뀜" },
    ...changes,
  });
};

/** Into all three ledgers. */
export const upsertAll = async (ledgers: Ledgers, ...rows: SettlementRow[]): Promise<void> => {
  await ledgers.upsertRows(rows);
  await ledgers.upsertOrderSettlements(rows);
  await ledgers.upsertAccounting(rows);
};

/** Every row paid out on a day, and how many pages there were. */
export const allRows = async (
  ledgers: Ledgers,
  date: KstDate = PAID_OUT,
  limit = 100,
): Promise<{ rows: SettlementRow[]; pages: number }> => {
  const rows: SettlementRow[] = [];
  for (let pages = 1, after: string | undefined; ; pages += 1) {
    const page = await ledgers.rows(date, { limit, ...(after !== undefined && { after }) });
    rows.push(...page.rows);
    after = page.next;
    if (after === undefined) return { rows, pages };
  }
};

export const byKey = (rows: readonly SettlementRow[]): SettlementRow[] =>
  rows.toSorted((a, b) => (rowKeyOf(a) < rowKeyOf(b) ? -1 : 1));

export const since = (row: SettlementRow, from: KstDate = "2026-01-01"): PaymentSince => ({
  paymentKey: row.paymentKey,
  from,
});
