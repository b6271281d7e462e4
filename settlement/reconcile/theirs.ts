import { type KstDate, kstDateOf } from "../../machines/mod.ts";
import type { OrderTransaction, PaymentSince } from "../ports.ts";
import { feeOf, rowKeyOf, type SettlementRow } from "../row.ts";
import { kindOf, pair } from "./match.ts";
import type { ReconcileParts } from "./parts.ts";
import type { Tally } from "./tally.ts";

/** A row and the transaction of ours that it settles. */
interface Settled {
  readonly row: SettlementRow;
  readonly transaction: OrderTransaction | undefined;
  /** What the order that the row names says; undefined when there is no such order. */
  readonly ours: readonly OrderTransaction[] | undefined;
}

/** Each row that Toss pays out on a day, against our orders. Resolves to the sum of the rows' amounts, in KRW. */
export const checkRows = async (
  date: KstDate,
  parts: ReconcileParts & { readonly pageSize: number },
  tally: Tally,
): Promise<number> => {
  let total = 0;
  for (let after: string | undefined; ; ) {
    const page = await parts.ledgers.rows(date, {
      limit: parts.pageSize,
      ...(after !== undefined && { after }),
    });
    for (const settled of await settledBy(page.rows, parts)) {
      total += settled.row.amount;
      checkMatch(settled, tally);
      checkSums(settled, tally);
    }
    after = page.next;
    if (after === undefined) return total;
  }
};

const settledBy = async (
  rows: readonly SettlementRow[],
  { ledgers, orders }: ReconcileParts,
): Promise<Settled[]> => {
  if (rows.length === 0) return [];
  const [ours, all] = await Promise.all([
    orders.ofOrders([...new Set(rows.map(({ orderId }) => orderId))]),
    ledgers.rowsOf(paymentsOf(rows)),
  ]);
  const rowsOfPayment = Map.groupBy(all, nameOf);
  const pairings = new Map(
    [...new Map(rows.map((row) => [nameOf(row), row]))].map(([name, { orderId, paymentKey }]) => {
      const transactions = (ours.get(orderId) ?? []).filter((one) => one.paymentKey === paymentKey);
      return [name, pair(transactions, rowsOfPayment.get(name) ?? [])];
    }),
  );
  return rows.map((row) => ({
    row,
    transaction: pairings.get(nameOf(row))?.transactionOf.get(rowKeyOf(row)),
    ours: ours.get(row.orderId),
  }));
};

const nameOf = ({ orderId, paymentKey }: SettlementRow): string => JSON.stringify([orderId, paymentKey]);

/** A payment's first row is sold on the day of its approval, which the rows of its cancels tell too. */
const paymentsOf = (rows: readonly SettlementRow[]): PaymentSince[] => {
  const first = new Map<string, KstDate>();
  for (const { paymentKey, approvedAt, soldDate } of rows) {
    const from = [kstDateOf(approvedAt), soldDate, first.get(paymentKey) ?? soldDate].sort()[0] ?? soldDate;
    first.set(paymentKey, from);
  }
  return [...first].map(([paymentKey, from]) => ({ paymentKey, from }));
};

const checkMatch = ({ row, transaction, ours }: Settled, tally: Tally): void => {
  if (!transaction) {
    tally.found({ ...placeOf(row, undefined), status: "missingHere", message: whyMissing(row, ours) });
  } else if (transaction.amount === row.amount) {
    tally.matched();
  } else {
    tally.found({
      ...placeOf(row, transaction),
      status: "amountMismatch",
      message: `Toss settles ${row.amount} KRW for a ${transaction.kind} of ${transaction.amount} KRW.`,
    });
  }
};

const whyMissing = (row: SettlementRow, ours: readonly OrderTransaction[] | undefined): string => {
  const kind = kindOf(row);
  if (!ours) return `Toss settles a ${kind} of an order that does not exist here.`;
  const payment = ours.filter(({ paymentKey }) => paymentKey === row.paymentKey);
  if (payment.length === 0) return `Toss settles a ${kind} of a payment that its order never captured.`;
  if (payment.some(({ transactionKey }) => transactionKey === row.transactionKey)) {
    return `Toss settles this ${kind} more than once: under another day, another merchant id or the other sign too.`;
  }
  return `Toss settles a ${kind} that its order does not know of, though it knows the payment.`;
};

/** Within each row: Σ fees = supplyAmount + vat, and payOutAmount = amount − Σ fees. */
const checkSums = ({ row, transaction }: Settled, tally: Tally): void => {
  const fee = feeOf(row);
  const { supplyAmount, vat, amount, payOutAmount } = row;
  if (fee !== supplyAmount + vat) {
    tally.found({
      ...placeOf(row, transaction),
      status: "feeMismatch",
      message: `Its fees come to ${fee} KRW, its supplyAmount and vat to ${supplyAmount + vat} KRW.`,
    });
  }
  if (payOutAmount !== amount - fee) {
    tally.found({
      ...placeOf(row, transaction),
      status: "payOutMismatch",
      message: `It pays out ${payOutAmount} KRW, its amount less its fees is ${amount - fee} KRW.`,
    });
  }
};

const placeOf = (row: SettlementRow, transaction: OrderTransaction | undefined) => ({
  orderId: row.orderId,
  paymentKey: row.paymentKey,
  transactionKey: row.transactionKey,
  tossAmount: row.amount,
  ourAmount: transaction?.amount ?? null,
  paidOutDate: row.paidOutDate,
});
