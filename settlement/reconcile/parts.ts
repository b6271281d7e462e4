import type { SettlementCalendar } from "../../machines/mod.ts";
import type { Ledgers, OrderTransactions } from "../ports.ts";

/** What a reconciliation is made from. Nothing is written. */
export interface ReconcileParts {
  readonly ledgers: Pick<Ledgers, "rows" | "rowsOf">;
  readonly orders: Pick<OrderTransactions, "ofOrders" | "onDate">;
  readonly calendar: Pick<SettlementCalendar, "paidOutDateOf" | "soldDatesOf">;
  /** How many findings the report keeps; it counts them all. Default 100. */
  readonly maxFindings?: number;
  /** Rows in memory at once. Default 1,000. */
  readonly pageSize?: number;
}
