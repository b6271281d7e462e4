import type { Ledgers } from "../ports.ts";
import type { LoaderOptions } from "./load.ts";

/** A department's ledger, and the group that keeps it. Each reads the topic on its own, at its own pace. */
export interface Department {
  readonly name: "orderLedger" | "settlementLedger" | "accounting";
  readonly group: string;
  upsert(ledgers: Ledgers): LoaderOptions["upsert"];
}

/** Where each order's money is. */
export const orderLedger: Department = {
  name: "orderLedger",
  group: "jumun.order-ledger",
  upsert: (ledgers) => ledgers.upsertOrderSettlements,
};

/** Every row, whole: what reconciliation reads. */
export const settlementLedger: Department = {
  name: "settlementLedger",
  group: "jumun.settlement-ledger",
  upsert: (ledgers) => ledgers.upsertRows,
};

/** What is added up by day, method and card issuer. */
export const accounting: Department = {
  name: "accounting",
  group: "jumun.accounting",
  upsert: (ledgers) => ledgers.upsertAccounting,
};

export const departments: readonly Department[] = [orderLedger, settlementLedger, accounting];
