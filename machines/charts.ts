import type { AnyStateMachine } from "xstate";
import { type Chart, chartOf } from "./chart.ts";
import { cancellationMachine } from "./order/cancellation.ts";
import { createOrderMachine } from "./order/machine.ts";
import { defaultPolicy } from "./policy.ts";

export const machineNames = ["order", "cancellation"] as const;
export type MachineName = (typeof machineNames)[number];

/** Every machine by its name. The policy sets amounts and times only: charts are the same under any. */
export const machines: Readonly<Record<MachineName, AnyStateMachine>> = {
  order: createOrderMachine(defaultPolicy),
  cancellation: cancellationMachine,
};

export const charts: Readonly<Record<MachineName, Chart>> = {
  order: chartOf(machines.order),
  cancellation: chartOf(machines.cancellation),
};
