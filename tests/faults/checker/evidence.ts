import type { Finding } from "../../../actors/audit/verify/finding.ts";
import type { CommandView } from "../../../gateway/schemas/command.ts";
import type { HistoryEntryView, OrderView } from "../../../gateway/schemas/order.ts";
import type { KstDate } from "../../../machines/mod.ts";
import type { AccountingTotals } from "../../../settlement/ports.ts";
import type { SettlementRow } from "../../../settlement/row.ts";
import type { Op } from "../clients/op.ts";

/** An order as the store itself holds it, when everything is at rest. */
export interface StoredOrder {
  readonly order: OrderView;
  /** The whole history, archive and document together. */
  readonly history: readonly HistoryEntryView[];
  /** Up to where the store says that events were published; null where events live only as long as a process. */
  readonly publishedSeq: number | null;
}

/** An event as somebody outside received it. */
export interface Delivered {
  readonly orderId: string;
  readonly seq: number;
  readonly type: string;
  readonly commandId: string;
}

/** What one listener received, in the order in which its channel gave it. */
export interface Channel {
  readonly name: string;
  /** The orders whose every event it must have. */
  readonly orderIds: readonly string[];
  readonly delivered: readonly Delivered[];
}

/** One payment by the provider's own ledger. Amounts in KRW. */
export interface Account {
  readonly paymentKey: string;
  readonly orderId: string;
  /** One amount a movement. */
  readonly captures: readonly number[];
  readonly refunds: readonly number[];
}

/** One payout day: what the provider has, and what each ledger made of it. */
export interface SettledDay {
  readonly date: KstDate;
  readonly status: string;
  readonly truth: readonly SettlementRow[];
  readonly settlementLedger: readonly SettlementRow[];
  /** By transactionKey, how many rows the order ledger has, of all days. */
  readonly orderLedger: ReadonlyMap<string, number>;
  readonly accounting: readonly AccountingTotals[];
}

/** What the audit trail's own verification says. */
export interface Audited {
  readonly findings: readonly Pick<Finding, "code" | "orderId" | "n" | "expected" | "found">[];
  /** Orders whose newest entry no seal has. */
  readonly unsealed: number;
  readonly seals: number;
}

/**
 * All that the checker sees: the clients' record, the store, the bus, the provider's ledger, the departments'
 * ledgers, the audit trail.
 */
export interface Evidence {
  /** In the order of their invocation. */
  readonly ops: readonly Op[];
  readonly orders: ReadonlyMap<string, StoredOrder>;
  readonly channels: readonly Channel[];
  readonly accounts: readonly Account[];
  /** How each command stands in the end that was ever answered 202. */
  readonly promised: ReadonlyMap<string, CommandView["status"] | "unknown">;
  readonly days: readonly SettledDay[];
  readonly audit: Audited;
  /** What else must not be: a process that ended by itself, a dead letter, no rest within the bound. */
  readonly troubles: readonly string[];
}

/** Something that must never be. `shown` is what proves it. */
export interface Violation {
  readonly check: string;
  /** The order, day or process that it is about. */
  readonly about: string;
  readonly message: string;
  readonly shown: unknown;
}

/** One rule. Pure. */
export type Check = (evidence: Evidence) => Violation[];

export const violationsOf = (check: string, found: readonly Omit<Violation, "check">[]): Violation[] =>
  found.map((one) => ({ check, ...one }));
