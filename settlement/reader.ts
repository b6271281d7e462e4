import { add, addDays, type KstDate } from "../machines/mod.ts";
import type { Ledgers, OrderTransactions, RunStore, SettlementDayTotals, SettlementReader } from "./ports.ts";
import { type ReconcileParts, reconcile } from "./reconcile/mod.ts";

export interface SettlementReaderParts {
  readonly runs: Pick<RunStore, "run" | "runs">;
  readonly ledgers: Ledgers;
  readonly orders: OrderTransactions;
  /** The calendar around a day. Throws YEAR_NOT_COVERED. */
  calendarOf(date: KstDate): Promise<ReconcileParts["calendar"]> | ReconcileParts["calendar"];
  /** As of {@link ReconcileParts}. */
  readonly maxFindings?: number;
}

/**
 * What the gateway shows, from ledgers, checkpoints and orders. Throws STORE_UNAVAILABLE, and YEAR_NOT_COVERED for a
 * day around which no calendar is known.
 */
export const createSettlementReader = ({
  runs,
  ledgers,
  orders,
  calendarOf,
  maxFindings = 100,
}: SettlementReaderParts): SettlementReader => ({
  async day(date) {
    const [run, accounting] = await Promise.all([runs.run(date), ledgers.accounting(date)]);
    return { date, run: run ?? null, accounting };
  },

  async days(from, to) {
    const [polled, paidOutDates] = await Promise.all([runs.runs(from, to), ledgers.paidOutDates(from, to)]);
    const runOf = new Map(polled.map((run) => [run.date, run]));
    const withRows = new Set(paidOutDates);
    const days: SettlementDayTotals[] = [];
    for (let date = from; date <= to; date = addDays(date, 1)) {
      const run = runOf.get(date);
      const { rows, amount, fee, payOutAmount } =
        run?.totals ?? sumOf(withRows.has(date) ? await ledgers.accounting(date) : []);
      days.push({ date, status: run?.status ?? null, rows, amount, fee, payOutAmount });
    }
    return days;
  },

  reconciliation: async (date) =>
    reconcile(date, { ledgers, orders, maxFindings, calendar: await calendarOf(date) }),

  async orderSettlements(orderId) {
    const payments = await orders.paymentsOf(orderId);
    return payments ? ledgers.orderSettlements(orderId, payments) : [];
  },
});

type Sums = Omit<SettlementDayTotals, "date" | "status">;

const sumOf = (parts: readonly Sums[]): Sums =>
  parts.reduce(
    (sum, part) => ({
      rows: sum.rows + part.rows,
      amount: add(sum.amount, part.amount),
      fee: add(sum.fee, part.fee),
      payOutAmount: add(sum.payOutAmount, part.payOutAmount),
    }),
    { rows: 0, amount: 0, fee: 0, payOutAmount: 0 },
  );
