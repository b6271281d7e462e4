import type { Database } from "bun:sqlite";
import { pageOf } from "../../actors/store/page.ts";
import type { KstDate } from "../../machines/mod.ts";
import type { AccountingTotals, Ledgers, OrderSettlement, PaymentSince } from "../ports.ts";
import { rowKeyOf, type SettlementRow } from "../row.ts";
import { orderKeyOf, sortedBy } from "./one-of-each.ts";
import { accountingTable, orderTable, settlementTable } from "./sqlite-tables.ts";

interface Key {
  readonly sold_date: string;
  readonly m_id: string;
  readonly payment_key: string;
  readonly transaction_key: string;
}
interface Stored extends Key {
  readonly paid_out_date: string;
  readonly order_id: string;
  readonly currency: string;
  readonly method: string | null;
  readonly amount: number;
  readonly interest_fee: number;
  readonly fees: string;
  readonly supply_amount: number;
  readonly vat: number;
  readonly pay_out_amount: number;
  readonly approved_at: string;
  readonly card_issuer_code: string | null;
  readonly easy_pay_provider: string | null;
  readonly cancel: string | null;
}
type StoredOrderRow = Key & Pick<Stored, "paid_out_date" | "order_id" | "amount" | "pay_out_amount">;
type Day = Pick<Key, "sold_date" | "m_id">;

type Reads = Omit<Ledgers, `upsert${string}` | "close">;
/** The same, at once. */
export type SqliteReads = {
  readonly [Method in keyof Reads]: (
    ...args: Parameters<Reads[Method]>
  ) => Awaited<ReturnType<Reads[Method]>>;
};

export const prepareReads = (database: Database): SqliteReads => {
  const daysOfPaidOut = database.prepare<Day, [string, KstDate]>(
    "SELECT sold_date, m_id FROM ledger_days WHERE ledger = ? AND paid_out_date = ? ORDER BY sold_date, m_id",
  );
  const daysFrom = database.prepare<Day, [string, KstDate]>(
    "SELECT DISTINCT sold_date, m_id FROM ledger_days WHERE ledger = ? AND sold_date >= ?",
  );
  const nextRows = database.prepare<Stored, [string, string, string, string, KstDate, number]>(
    `SELECT * FROM ${settlementTable.name} WHERE sold_date = ? AND m_id = ?
       AND (payment_key, transaction_key) > (?, ?) AND paid_out_date = ?
     ORDER BY payment_key, transaction_key LIMIT ?`,
  );
  const byPayment = (table: string) =>
    `SELECT * FROM ${table} WHERE sold_date = ? AND m_id = ? AND payment_key = ?`;
  const rowsByPayment = database.prepare<Stored, [string, string, string]>(byPayment(settlementTable.name));
  const orderByPayment = database.prepare<StoredOrderRow, [string, string, string]>(
    byPayment(orderTable.name),
  );
  const accounting = database.prepare<AccountingTotals, [KstDate]>(
    // CROSS JOIN keeps SQLite from another order of the two than this one.
    `SELECT method, card_issuer_code AS cardIssuerCode, count(*) AS rows, sum(amount) AS amount, sum(fee) AS fee,
       sum(supply_amount) AS supplyAmount, sum(vat) AS vat, sum(pay_out_amount) AS payOutAmount
     FROM ledger_days AS day CROSS JOIN ${accountingTable.name} AS row
       ON row.sold_date = day.sold_date AND row.m_id = day.m_id AND row.paid_out_date = day.paid_out_date
     WHERE day.ledger = '${accountingTable.name}' AND day.paid_out_date = ?
     GROUP BY method, card_issuer_code ORDER BY method, card_issuer_code`,
  );

  const paidOutDates = database.prepare<{ date: KstDate }, [KstDate, KstDate]>(
    `SELECT DISTINCT paid_out_date AS date FROM ledger_days
     WHERE ledger = '${accountingTable.name}' AND paid_out_date BETWEEN ? AND ? ORDER BY paid_out_date`,
  );

  /** Looks each payment up in each day that it can have a row on: a step down the tree for each. */
  const ofPayments = <Row>(
    table: string,
    payments: readonly PaymentSince[],
    find: (soldDate: string, mId: string, paymentKey: string) => Row[],
  ): Row[] => {
    const first = payments.map(({ from }) => from).sort()[0];
    if (first === undefined) return [];
    const days = daysFrom.all(table, first);
    return payments.flatMap(({ paymentKey, from }) =>
      days.flatMap((day) => (day.sold_date < from ? [] : find(day.sold_date, day.m_id, paymentKey))),
    );
  };

  return {
    rows(date, { after, limit }) {
      const [soldDate, mId, paymentKey, transactionKey] =
        after === undefined ? startOfAll : readCursor(after);
      const found: Stored[] = [];
      for (const day of daysOfPaidOut.all(settlementTable.name, date)) {
        const here = day.sold_date === soldDate && day.m_id === mId;
        if (!here && (day.sold_date < soldDate || (day.sold_date === soldDate && day.m_id < mId))) continue;
        const place = here ? ([paymentKey, transactionKey] as const) : (["", ""] as const);
        found.push(...nextRows.all(day.sold_date, day.m_id, ...place, date, limit + 1 - found.length));
        if (found.length > limit) break;
      }
      const { items, end } = pageOf(found, limit);
      return { rows: items.map(rowOf), ...(end && { next: cursorOf(end) }) };
    },
    rowsOf: (payments) =>
      sortedBy(
        ofPayments(settlementTable.name, payments, (...at) => rowsByPayment.all(...at)).map(rowOf),
        rowKeyOf,
      ),
    orderSettlements: (orderId, payments) =>
      sortedBy(
        ofPayments(orderTable.name, payments, (...at) => orderByPayment.all(...at))
          .filter((row) => row.order_id === orderId)
          .map(orderSettlementOf),
        orderKeyOf,
      ),
    accounting: (date) => accounting.all(date),
    paidOutDates: (from, to) => paidOutDates.all(from, to).map(({ date }) => date),
  };
};

type Place = readonly [soldDate: string, mId: string, paymentKey: string, transactionKey: string];
const startOfAll: Place = ["", "", "", ""];
const cursorOf = (row: Key): string =>
  JSON.stringify([row.sold_date, row.m_id, row.payment_key, row.transaction_key]);
const readCursor = (cursor: string): Place => JSON.parse(cursor) as Place;

const rowOf = (stored: Stored): SettlementRow => ({
  mId: stored.m_id,
  paymentKey: stored.payment_key,
  transactionKey: stored.transaction_key,
  orderId: stored.order_id,
  currency: stored.currency,
  method: stored.method,
  amount: stored.amount,
  interestFee: stored.interest_fee,
  fees: JSON.parse(stored.fees) as SettlementRow["fees"],
  supplyAmount: stored.supply_amount,
  vat: stored.vat,
  payOutAmount: stored.pay_out_amount,
  approvedAt: stored.approved_at,
  soldDate: stored.sold_date,
  paidOutDate: stored.paid_out_date,
  cardIssuerCode: stored.card_issuer_code,
  easyPayProvider: stored.easy_pay_provider,
  cancel: stored.cancel === null ? null : (JSON.parse(stored.cancel) as SettlementRow["cancel"]),
});

const orderSettlementOf = (stored: StoredOrderRow): OrderSettlement => ({
  orderId: stored.order_id,
  paymentKey: stored.payment_key,
  transactionKey: stored.transaction_key,
  amount: stored.amount,
  payOutAmount: stored.pay_out_amount,
  soldDate: stored.sold_date,
  paidOutDate: stored.paid_out_date,
});
