import { rowKeyOf, type SettlementRow } from "../row.ts";

/**
 * One row of each natural key, the last that came, in the order of the keys: rows that stand side by side in a ledger
 * are then written one after the other.
 */
export const oneOfEach = (rows: readonly SettlementRow[]): readonly (readonly [string, SettlementRow])[] => {
  const byKey = new Map<string, SettlementRow>();
  for (const row of rows) byKey.set(rowKeyOf(row), row);
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1));
};

/** Sorted by what `keyOf` gives, which is made once for each. */
export const sortedBy = <T>(items: readonly T[], keyOf: (item: T) => string): T[] =>
  items
    .map((item) => [keyOf(item), item] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, item]) => item);

/** A payment is of one merchant, so that the rest of the key orders the rows of an order. */
export const orderKeyOf = (row: { soldDate: string; paymentKey: string; transactionKey: string }): string =>
  `${row.soldDate}|${row.paymentKey}|${row.transactionKey}`;
