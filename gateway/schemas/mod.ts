import type { TSchema } from "@sinclair/typebox";
import * as command from "./command.ts";
import * as fleet from "./fleet.ts";
import * as machine from "./machine.ts";
import * as operations from "./operations.ts";
import * as order from "./order.ts";
import { Problem } from "./problem.ts";
import * as settlement from "./settlement.ts";

/** The bodies that the API answers with, by their names in the OpenAPI document. */
export const schemas = {
  Order: order.OrderView,
  OrderPage: order.OrderPage,
  Cancellation: order.CancellationView,
  HistoryEntry: order.HistoryEntryView,
  History: order.History,
  CommandResult: command.CommandResult,
  CommandPending: command.CommandPending,
  Command: command.CommandView,
  DeadLetters: command.DeadLetters,
  Fleet: fleet.FleetView,
  StuckOrders: fleet.StuckOrders,
  SettlementDay: settlement.SettlementDayView,
  SettlementDays: settlement.SettlementDaysView,
  Reconciliation: settlement.ReconciliationView,
  OrderSettlements: settlement.OrderSettlementsView,
  Machines: machine.MachinesView,
  Machine: machine.MachineView,
  Health: operations.Health,
  Me: operations.Me,
  Nothing: operations.Nothing,
  Problem,
} as const satisfies Record<string, TSchema>;

export type SchemaName = keyof typeof schemas;
