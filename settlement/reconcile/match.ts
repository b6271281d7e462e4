import type { OrderTransaction } from "../ports.ts";
import { rowKeyOf, type SettlementRow } from "../row.ts";

/** A row of a cancel gives money back: Toss names the cancel in it, and its amount is below zero. */
export const kindOf = ({ cancel, amount }: SettlementRow): OrderTransaction["kind"] =>
  cancel !== null || amount < 0 ? "refund" : "capture";

/** Which row is of which transaction, each of them in one pair at most. */
export interface Pairing {
  /** By the row's key. */
  readonly transactionOf: ReadonlyMap<string, OrderTransaction>;
  readonly rowOf: ReadonlyMap<OrderTransaction, SettlementRow>;
}

/**
 * Pairs the rows of a payment with what its order says of that payment: by transactionKey, and where the order does not
 * know the key, by kind and amount. Give it all rows and all transactions of the payment: then the pairs are the same
 * whichever day is reconciled, and a transaction that Toss settles twice has one row too many.
 *
 * @param rows in the order of their keys
 */
export const pair = (transactions: readonly OrderTransaction[], rows: readonly SettlementRow[]): Pairing => {
  const transactionOf = new Map<string, OrderTransaction>();
  const rowOf = new Map<OrderTransaction, SettlementRow>();
  const pairUp = (same: (transaction: OrderTransaction, row: SettlementRow) => boolean) => {
    for (const row of rows) {
      if (transactionOf.has(rowKeyOf(row))) continue;
      const found = transactions.find((one) => !rowOf.has(one) && kindOf(row) === one.kind && same(one, row));
      if (!found) continue;
      transactionOf.set(rowKeyOf(row), found);
      rowOf.set(found, row);
    }
  };
  pairUp((transaction, row) => transaction.transactionKey === row.transactionKey);
  pairUp((transaction, row) => transaction.transactionKey === undefined && transaction.amount === row.amount);
  return { transactionOf, rowOf };
};
