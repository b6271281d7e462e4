import { addDays, type KstDate, kstDateOf } from "../../machines/mod.ts";
import type { OrderTransaction, PaymentSince } from "../ports.ts";
import type { SettlementRow } from "../row.ts";
import { kindOf, pair } from "./match.ts";
import type { ReconcileParts } from "./parts.ts";
import type { Tally } from "./tally.ts";

/** All of ours that is to be paid out on a day: does Toss settle it? Resolves to the sum of its amounts, in KRW. */
export const checkDue = async (date: KstDate, parts: ReconcileParts, tally: Tally): Promise<number> => {
  let total = 0;
  for (const soldDate of parts.calendar.soldDatesOf(date)) {
    for await (const page of parts.orders.onDate(soldDate)) {
      const rowOf = await findRows(page, soldDate, parts);
      for (const transaction of page) {
        total += transaction.amount;
        if (rowOf.get(transaction)) continue;
        const { orderId, paymentKey, transactionKey, amount, kind } = transaction;
        tally.found({
          status: "missingAtToss",
          ...{ orderId, paymentKey, ...(transactionKey !== undefined && { transactionKey }) },
          tossAmount: null,
          ourAmount: amount,
          paidOutDate: date,
          message: `No row settles this ${kind} of ${soldDate}. Poll the day again; should it stay away, ask Toss.`,
        });
      }
    }
  }
  return total;
};

/** Counts what moved up to a day and is to be paid out after it. */
export const countNotYetDue = async (date: KstDate, parts: ReconcileParts, tally: Tally): Promise<void> => {
  for (let soldDate = date; parts.calendar.paidOutDateOf(soldDate) > date; soldDate = addDays(soldDate, -1)) {
    for await (const page of parts.orders.onDate(soldDate)) {
      const rowOf = await findRows(page, soldDate, parts);
      for (const transaction of page) {
        const paidOutDate = rowOf.get(transaction)?.paidOutDate;
        if (paidOutDate === undefined || paidOutDate > date) tally.notYetDue();
      }
    }
  }
};

/** The rows of these transactions, whenever they are paid out. */
const findRows = async (
  page: readonly OrderTransaction[],
  soldDate: KstDate,
  parts: ReconcileParts,
): Promise<ReadonlyMap<OrderTransaction, SettlementRow>> => {
  const keyless = page.filter(({ transactionKey }) => transactionKey === undefined);
  const keys = new Set(page.map(({ paymentKey }) => paymentKey));
  // The day before as well, should Toss' day be another one than ours by a moment around midnight.
  const from = addDays(soldDate, -1);
  const rows = await parts.ledgers.rowsOf([...keys].map((paymentKey) => ({ paymentKey, from })));
  const byKey = new Map(rows.map((row) => [nameOf(row.paymentKey, row.transactionKey, kindOf(row)), row]));
  const found = keyless.length > 0 ? await findKeyless(keyless, parts) : new Map();
  for (const transaction of page) {
    const { paymentKey, transactionKey, kind } = transaction;
    const row = transactionKey && byKey.get(nameOf(paymentKey, transactionKey, kind));
    if (row) found.set(transaction, row);
  }
  return found;
};

/**
 * The rows of transactions whose keys are not known, which is rare. Which row is theirs shows only beside all rows and
 * all transactions of their payments.
 */
const findKeyless = async (
  keyless: readonly OrderTransaction[],
  { ledgers, orders }: ReconcileParts,
): Promise<Map<OrderTransaction, SettlementRow>> => {
  const all = [
    ...(await orders.ofOrders([...new Set(keyless.map(({ orderId }) => orderId))])).values(),
  ].flat();
  const ofPayment = Map.groupBy(all, ({ paymentKey }) => paymentKey);
  const payments = [...ofPayment].map(([paymentKey, its]) => sinceFirst(paymentKey, its));
  const rowsOfPayment = Map.groupBy(await ledgers.rowsOf(payments), ({ paymentKey }) => paymentKey);
  /** The rows of equal transactions, in turn; undefined for one that has none. */
  const rowsOf = new Map<string, (SettlementRow | undefined)[]>();
  for (const [paymentKey, transactions] of ofPayment) {
    const { rowOf } = pair(transactions, rowsOfPayment.get(paymentKey) ?? []);
    for (const one of transactions) {
      if (one.transactionKey !== undefined) continue;
      const its = rowsOf.get(equalsOf(one)) ?? [];
      rowsOf.set(equalsOf(one), [...its, rowOf.get(one)]);
    }
  }
  const found = new Map<OrderTransaction, SettlementRow>();
  for (const one of keyless) {
    const row = rowsOf.get(equalsOf(one))?.shift();
    if (row) found.set(one, row);
  }
  return found;
};

const sinceFirst = (paymentKey: string, its: readonly OrderTransaction[]): PaymentSince => {
  const [first = ""] = its.map(({ at }) => at).sort();
  return { paymentKey, from: addDays(kstDateOf(first), -1) };
};

const nameOf = (...parts: readonly string[]): string => JSON.stringify(parts);
const equalsOf = ({ paymentKey, kind, amount, at }: OrderTransaction): string =>
  nameOf(paymentKey, kind, String(amount), at);
