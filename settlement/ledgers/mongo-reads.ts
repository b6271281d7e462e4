import type { Collection } from "mongodb";
import { pageOf } from "../../actors/store/page.ts";
import type { KstDate } from "../../machines/mod.ts";
import type { AccountingTotals, PaymentSince } from "../ports.ts";
import type { SettlementRow } from "../row.ts";
import { type LedgerCollections, type LedgerDocument, toDay, toRow } from "./mongo-documents.ts";
import { sortedBy } from "./one-of-each.ts";

/** Payments looked up by one query. */
const MOST_KEYS = 500;

/** One page of the rows paid out on a day. */
export const readRows = async (
  { settlement }: LedgerCollections,
  date: KstDate,
  { after, limit }: { readonly after?: string; readonly limit: number },
): Promise<{ readonly rows: readonly SettlementRow[]; readonly next?: string }> => {
  const found = await settlement
    .find({ paidOutDate: { $eq: date }, ...(after !== undefined && { _id: { $gt: after } }) })
    .sort({ _id: 1 })
    .limit(limit + 1)
    .batchSize(limit + 2)
    .toArray();
  const { items, end } = pageOf(found, limit);
  return { rows: items.map(toRow), ...(end && { next: end._id }) };
};

/**
 * The documents of these payments. Each day is named, so that the index is asked for a place a day and payment, and
 * never walked through from a day on.
 */
export const findByPayments = async (
  collection: Collection<LedgerDocument>,
  { days }: LedgerCollections,
  payments: readonly PaymentSince[],
): Promise<LedgerDocument[]> => {
  const known = (await days.find({ ledger: { $eq: collection.collectionName } }).toArray()).map(toDay);
  const found: LedgerDocument[] = [];
  for (const [from, keys] of keysByDay(payments)) {
    const soldDates = known.map(({ soldDate }) => soldDate).filter((soldDate) => soldDate >= from);
    for (let start = 0; soldDates.length > 0 && start < keys.length; start += MOST_KEYS) {
      const some = keys.slice(start, start + MOST_KEYS);
      const query = { soldDate: { $in: soldDates }, paymentKey: { $in: some } };
      found.push(...(await collection.find(query).toArray()));
    }
  }
  return found;
};

const keysByDay = (payments: readonly PaymentSince[]): Map<KstDate, string[]> => {
  const grouped = new Map<KstDate, string[]>();
  for (const { from, paymentKey } of payments) {
    const keys = grouped.get(from);
    if (keys) keys.push(paymentKey);
    else grouped.set(from, [paymentKey]);
  }
  return grouped;
};

/** Steps along the index `paid_out` from day to day, whatever the rows of each. */
export const findPaidOutDates = async (
  accounting: Collection<LedgerDocument>,
  from: KstDate,
  to: KstDate,
): Promise<KstDate[]> => {
  const dates: unknown[] = await accounting.distinct("paidOutDate", {
    paidOutDate: { $gte: from, $lte: to },
  });
  return dates.filter((date) => typeof date === "string").sort();
};

const sums = {
  amount: { $sum: "$amount" },
  fee: { $sum: "$fee" },
  supplyAmount: { $sum: "$supplyAmount" },
  vat: { $sum: "$vat" },
  payOutAmount: { $sum: "$payOutAmount" },
} as const;
const count = { $sum: 1 } as const;

type Group = Pick<AccountingTotals, "method" | "cardIssuerCode">;
type Sums = Omit<AccountingTotals, keyof Group>;

/**
 * Sums of a day. FerretDB 1.24 feeds only the first sum of a group and answers 0 for the others; the rows are counted
 * first and last, so that it shows. Such a server is then asked for one sum at a time.
 */
export const sumAccounting = async (
  accounting: Collection<LedgerDocument>,
  date: KstDate,
): Promise<AccountingTotals[]> => {
  const group = async <T>(asked: object) => {
    const found = await accounting
      .aggregate<T & { readonly _id: Group }>([
        { $match: { paidOutDate: date } },
        { $group: { _id: { method: "$method", cardIssuerCode: "$cardIssuerCode" }, ...asked } },
      ])
      .toArray();
    return found.map(({ _id, ...rest }) => ({
      method: _id.method,
      cardIssuerCode: _id.cardIssuerCode,
      ...(rest as unknown as T),
    }));
  };
  const groups = await group<Sums & { readonly again: number }>({ rows: count, ...sums, again: count });
  if (groups.every(({ rows, again }) => rows === again)) {
    return sortedBy(groups, groupKeyOf).map(({ again: _, ...totals }) => totals);
  }
  const parts = await Promise.all(
    Object.entries({ rows: count, ...sums }).map(([name, asked]) => group<Sums>({ [name]: asked })),
  );
  const merged = new Map<string, AccountingTotals>();
  for (const part of parts.flat()) {
    merged.set(groupKeyOf(part), { ...merged.get(groupKeyOf(part)), ...part });
  }
  return sortedBy([...merged.values()], groupKeyOf);
};

const groupKeyOf = ({ method, cardIssuerCode }: Group): string => `${method}|${cardIssuerCode}`;
