import type { KstDate } from "../machines/mod.ts";
import type { Ledgers, OrderTransactions, RunStore, SettlementReader } from "./ports.ts";
import { type ReconcileParts, reconcile } from "./reconcile/mod.ts";

export interface SettlementReaderParts {
  readonly runs: Pick<RunStore, "run">;
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

  reconciliation: async (date) =>
    reconcile(date, { ledgers, orders, maxFindings, calendar: await calendarOf(date) }),

  async orderSettlements(orderId) {
    const payments = await orders.paymentsOf(orderId);
    return payments ? ledgers.orderSettlements(orderId, payments) : [];
  },
});
