import { type KstDate, kstDateOf } from "../../../machines/mod.ts";
import type { Ledger } from "../lab/ledger.ts";
import type { Settings } from "../options.ts";
import type { PaymentStore } from "../payments/store.ts";
import { type Plan, planOf } from "./formula.ts";
import { settlementText } from "./formula-text.ts";
import type { GeneratedRows, GenerateRequest, OfDay, Settlements, SettlementTotals } from "./handle.ts";
import { settlementOf } from "./paid.ts";
import { soldDatesOf } from "./paid-out.ts";
import type { SettlementQuery, TransactionQuery } from "./query.ts";
import { createQuirks } from "./quirk-book.ts";
import type { Settlement } from "./settlement.ts";
import {
  type Range,
  type RowSource,
  rowsOfList,
  rowsOfPlan,
  transactionsOfList,
  transactionsOfPlan,
} from "./sources.ts";
import { transactionPage } from "./transactions.ts";

/** The settlement side with what its two routes answer. */
export interface SettlementDesk extends Settlements {
  /** The body of a page, quirks at work. */
  page(query: SettlementQuery): string;
  /** The body of a page; null when its cursor is no transaction's key. */
  transactions(query: TransactionQuery): string | null;
}

export function createSettlementDesk(
  { clock, mId, paidOutDateOf }: Settings,
  store: PaymentStore,
  ledger: Ledger,
): SettlementDesk {
  const plans: Plan[] = [];
  const quirks = createQuirks();

  const paidOutDates = new Map<KstDate, KstDate>();
  const paidOut = (soldDate: KstDate): KstDate => {
    const date = paidOutDates.get(soldDate) ?? paidOutDateOf(soldDate);
    paidOutDates.set(soldDate, date);
    return date;
  };

  /** What moved money, once the day of it is over. */
  function paidRows({ startDate, endDate, dateType }: Range): Settlement[] {
    const today = kstDateOf(new Date(clock()).toISOString());
    return ledger.transactions().flatMap((transaction) => {
      const soldDate = transaction.transactionAt.slice(0, 10);
      if (transaction.amount === 0 || soldDate >= today) return [];
      const date = dateType === "soldDate" ? soldDate : paidOut(soldDate);
      const payment = store.get(transaction.paymentKey)?.payment;
      if (date < startDate || date > endDate || payment === undefined) return [];
      return [settlementOf(transaction, payment, paidOut(soldDate))];
    });
  }

  const sourcesOf = (range: Range): RowSource[] => [
    rowsOfList(paidRows(range)),
    ...plans.map((plan) => rowsOfPlan(plan, range)),
  ];

  function generate({ soldDate, paidOutDate, rows, seed = plans.length }: GenerateRequest): GeneratedRows {
    const date = paidOutDate ?? (soldDate === undefined ? undefined : paidOutDateOf(soldDate));
    if (date === undefined) throw new Error("Say soldDate, paidOutDate, or both; nothing was generated.");
    const soldDates = soldDate === undefined ? soldDatesOf(date, paidOutDateOf) : [soldDate];
    if (soldDates.length === 0) {
      throw new Error(`No day's sales are paid out on ${date}; nothing was generated.`);
    }
    const plan = planOf({ mId, rows, soldDates, paidOutDate: date, seed });
    if (plans.some(({ tag }) => tag === plan.tag)) {
      throw new Error(`Rows of ${date} with seed ${seed} are there already; nothing was generated.`);
    }
    plans.push(plan);
    return {
      rows,
      soldDates,
      paidOutDate: date,
      seed,
      row(index) {
        if (!Number.isInteger(index) || index < 0 || index >= rows) throw new RangeError(`No row ${index}.`);
        return JSON.parse(settlementText(plan, index));
      },
    };
  }

  return {
    generate,
    arm: quirks.arm,
    disarm: quirks.disarm,
    *rows(day) {
      for (const { count, text } of sourcesOf(rangeOf(day))) {
        for (let index = 0; index < count; index++) yield JSON.parse(text(index));
      }
    },
    totals: (day) => totalsOf(sourcesOf(rangeOf(day))),
    page(query) {
      const sources = sourcesOf(query);
      return quirks.page(query, sumOf(sources), (index) => textAt(sources, index));
    },
    transactions(query) {
      const sources = [transactionsOfList(ledger.transactions()), ...plans.map(transactionsOfPlan)];
      const texts = transactionPage(sources, query);
      return texts === null ? null : `[${texts.join(",")}]`;
    },
  };
}

const rangeOf = (day: OfDay): Range =>
  "soldDate" in day
    ? { startDate: day.soldDate, endDate: day.soldDate, dateType: "soldDate" }
    : { startDate: day.paidOutDate, endDate: day.paidOutDate, dateType: "paidOutDate" };

const sumOf = (sources: readonly RowSource[]) => sources.reduce((total, { count }) => total + count, 0);

/** The row at a position of all sources, one after the other. */
function textAt(sources: readonly RowSource[], index: number): string {
  let left = index;
  for (const { count, text } of sources) {
    if (left < count) return text(left);
    left -= count;
  }
  throw new RangeError(`There is no row ${index}.`);
}

function totalsOf(sources: readonly RowSource[]): SettlementTotals {
  const totals = { rows: 0, cancels: 0, amount: 0, fee: 0, payOutAmount: 0 };
  for (const { count, sums } of sources) {
    for (let index = 0; index < count; index++) {
      const { amount, fee, isCancel } = sums(index);
      totals.rows += 1;
      totals.cancels += isCancel ? 1 : 0;
      totals.amount += amount;
      totals.fee += fee;
      totals.payOutAmount += amount - fee;
    }
  }
  return totals;
}
