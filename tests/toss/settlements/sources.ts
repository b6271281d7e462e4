import type { KstDate } from "../../../machines/mod.ts";
import type { Transaction } from "../payments/transaction.ts";
import { factsOf, momentOf, type Plan, startOfDay } from "./formula.ts";
import { indexOfKey, settlementText, transactionText } from "./formula-text.ts";
import type { SettlementQuery } from "./query.ts";
import type { Settlement } from "./settlement.ts";

/** The sums' part of a row, with its sign. */
export type Sums = Pick<Settlement, "amount" | "fee"> & { readonly isCancel: boolean };

/** Rows of a settlement list in a fixed order, read one by one. */
export interface RowSource {
  readonly count: number;
  /** The row as JSON. */
  text(index: number): string;
  sums(index: number): Sums;
}

/** Transactions in the order of their time. */
export interface TransactionSource {
  readonly count: number;
  /** When it was, to the second, in Seoul: `2026-11-20T00:00:00`. */
  at(index: number): string;
  text(index: number): string;
  /** Where the transaction stands; null when it is none of these. */
  indexOf(transactionKey: string): number | null;
}

/** The days that a list is about. */
export type Range = Pick<SettlementQuery, "startDate" | "endDate" | "dateType">;

/** The rows of a plan that a range asks for: all or none by paid-out date, whole days by sold date. */
export function rowsOfPlan(plan: Plan, { startDate, endDate, dateType }: Range): RowSource {
  const within = (date: KstDate) => startDate <= date && date <= endDate;
  const bounds = (): [number, number] => {
    if (dateType === "paidOutDate") return within(plan.paidOutDate) ? [0, plan.rows] : [0, 0];
    const days = [...plan.soldDates.keys()].filter((day) => within(plan.soldDates[day] ?? ""));
    return days.length === 0
      ? [0, 0]
      : [startOfDay(plan, days[0] ?? 0), startOfDay(plan, (days.at(-1) ?? 0) + 1)];
  };
  const [start, end] = bounds();
  return {
    count: end - start,
    text: (index) => settlementText(plan, start + index),
    sums(index) {
      const { isCancel, amount, baseFee, etcFee } = factsOf(plan, start + index);
      const sign = isCancel ? -1 : 1;
      return { isCancel, amount: sign * amount, fee: sign * (baseFee + etcFee) };
    },
  };
}

export function rowsOfList(rows: readonly Settlement[]): RowSource {
  const at = (index: number) => rows[index] ?? missing(index);
  return {
    count: rows.length,
    text: (index) => JSON.stringify(at(index)),
    sums(index) {
      const { amount, fee, cancel } = at(index);
      return { amount, fee, isCancel: cancel !== null };
    },
  };
}

export const transactionsOfPlan = (plan: Plan): TransactionSource => ({
  count: plan.rows,
  at(index) {
    const { day, second } = momentOf(plan, index);
    return `${plan.soldDates[day]}T${new Date(second * 1000).toISOString().slice(11, 19)}`;
  },
  text: (index) => transactionText(plan, index),
  indexOf: (transactionKey) => indexOfKey(plan, transactionKey),
});

export function transactionsOfList(transactions: readonly Transaction[]): TransactionSource {
  const sorted = transactions.toSorted((a, b) =>
    a.transactionAt < b.transactionAt ? -1 : a.transactionAt > b.transactionAt ? 1 : 0,
  );
  const found = (index: number) => sorted[index] ?? missing(index);
  return {
    count: sorted.length,
    at: (index) => found(index).transactionAt.slice(0, 19),
    text(index) {
      const { kind: _, ...row } = found(index);
      return JSON.stringify(row);
    },
    indexOf(transactionKey) {
      const index = sorted.findIndex((one) => one.transactionKey === transactionKey);
      return index === -1 ? null : index;
    },
  };
}

const missing = (index: number): never => {
  throw new RangeError(`There is no row ${index}.`);
};
