import { getNextTransitions, type SnapshotFrom } from "xstate";
import { type Refusal, refuse } from "../errors.ts";
import type { Instant } from "../instant.ts";
import type { OrderPolicy } from "../policy.ts";
import type { CommandType, OrderCommand } from "./commands.ts";
import type { Effect } from "./effects.ts";
import { assertInvariants } from "./invariants.ts";
import { createOrderMachine, type OrderMachine, outcomeOf } from "./machine.ts";
import type { OrderEventType } from "./outcomes/mod.ts";
import { refusePlacing } from "./place.ts";
import { refuseInState } from "./refusals.ts";
import { type OrderState, stateOf } from "./state.ts";
import { createStepper, outcomesOf } from "./step.ts";

export type OrderSnapshot = SnapshotFrom<OrderMachine>;

/** A domain event: what happened, from which visible state to which. */
export interface OrderEvent {
  readonly type: OrderEventType;
  readonly at: Instant;
  readonly from: OrderState | null;
  readonly to: OrderState;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The whole answer of the domain to one command. */
export type Decision =
  | {
      readonly accepted: true;
      readonly order: OrderSnapshot;
      readonly event: OrderEvent;
      readonly effects: readonly Effect[];
    }
  | { readonly accepted: false; readonly refusal: Refusal };

/** What a rule needs that neither the order nor the command holds. */
export interface Findings {
  /** The paymentKey of a `payment.request` belongs to another order. */
  readonly paymentKeyTaken?: boolean;
}

/** The domain as two functions over one machine. */
export interface OrderDomain {
  readonly machine: OrderMachine;
  readonly policy: OrderPolicy;
  /**
   * One command on one order: the new order with what follows from it, or a refusal. Pure: same input, same answer.
   * Throws {@link InvariantError} on a defect, in which case nothing may be written.
   */
  decide(order: OrderSnapshot | null, orderId: string, command: OrderCommand, findings?: Findings): Decision;
  /** The commands that the machine has a transition for as the order stands. Their rules may still refuse one. */
  possible(order: OrderSnapshot): CommandType[];
}

/**
 * @example
 * const { decide } = createOrderDomain(defaultPolicy);
 * const placed = decide(null, "order-1", { type: "order.place", data, at: "2026-11-23T01:00:00.000Z", id: "c1" });
 */
export const createOrderDomain = (policy: OrderPolicy): OrderDomain => {
  const machine = createOrderMachine(policy);
  const stepper = createStepper(machine, policy);

  const place = (orderId: string, command: OrderCommand): Decision => {
    if (command.type !== "order.place") {
      return refused(refuse("ORDER_NOT_FOUND", `There is no order ${orderId}.`));
    }
    const refusal = refusePlacing(command, policy);
    if (refusal) return refused(refusal);
    const { order } = stepper.initial({ orderId, command });
    assertInvariants(order.context);
    const data = { totalAmount: command.data.totalAmount, lines: command.data.lines.length };
    return {
      accepted: true,
      order,
      event: { type: "order.placed", at: command.at, from: null, to: "ordered", data },
      effects: [],
    };
  };

  const whyNot = (order: OrderSnapshot, orderId: string, command: OrderCommand): Refusal => {
    for (const outcome of outcomesOf(order, command.type)) {
      const refusal = outcomeOf(outcome).refuse(order.context, command, policy);
      if (refusal) return refusal;
    }
    return refuseInState(orderId, stateOf(order), command.type);
  };

  return {
    machine,
    policy,
    decide(before, orderId, command, findings = {}) {
      if (before === null) return place(orderId, command);
      if (command.type === "payment.request" && findings.paymentKeyTaken) {
        return refused(refuse("PAYMENT_KEY_IN_USE", "This paymentKey belongs to another order."));
      }
      const { order: after, outcome } = stepper.step(before, command);
      if (!outcome) return refused(whyNot(before, orderId, command));
      assertInvariants(after.context);
      const { event, effects } = outcomeOf(outcome);
      return {
        accepted: true,
        order: after,
        event: {
          type: outcome,
          at: command.at,
          from: stateOf(before),
          to: stateOf(after),
          data: event?.(after.context, command, before.context) ?? {},
        },
        effects: effects?.(after.context, command) ?? [],
      };
    },
    possible: (order) =>
      [...new Set(getNextTransitions(order).map((one) => one.eventType))].filter(
        (type): type is CommandType => type !== "",
      ),
  };
};

const refused = (refusal: Refusal): Decision => ({ accepted: false, refusal });
