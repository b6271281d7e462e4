import { assign, setup } from "xstate";
import type { OrderPolicy } from "../policy.ts";
import type { CommandOf, CommandType, OrderCommand } from "./commands.ts";
import type { Order } from "./order.ts";
import { type OutcomeType, outcomes } from "./outcomes/mod.ts";
import type { Outcome } from "./outcomes/outcome.ts";
import { placedOrder } from "./place.ts";
import { type CapturedState, capturedState } from "./state.ts";

/** The machine calls an outcome only for the command that its transition names, so this cast is sound. */
export const outcomeOf = (type: OutcomeType): Outcome<CommandType> => outcomes[type] as Outcome<CommandType>;

/** One transition: the command may have this outcome here, if the outcome's own rule agrees. */
const becomes = <S extends string>(outcome: OutcomeType, target?: S) =>
  ({
    guard: { type: "accepts", params: { outcome } },
    actions: [
      { type: "change", params: { outcome } },
      { type: "record", params: { outcome } },
    ],
    ...(target && { target }),
  }) as const;

/** Where a captured order goes after each change: to the one state that its lines and cancellations say. */
const route = (state: CapturedState) =>
  ({ target: state, guard: { type: "standsAt", params: { state } } }) as const;

/**
 * The life of an order. Pure: it is only ever stepped with XState's `initialTransition` and `transition`, so nothing
 * runs inside it; timers and effects are data that {@link decide} hands to the runtime.
 */
export const createOrderMachine = (policy: OrderPolicy) =>
  setup({
    types: {
      context: {} as Order,
      events: {} as OrderCommand,
      input: {} as { orderId: string; command: CommandOf<"order.place"> },
    },
    guards: {
      accepts: ({ context, event }, { outcome }: { outcome: OutcomeType }) =>
        outcomeOf(outcome).refuse(context, event, policy) === undefined,
      standsAt: ({ context }, { state }: { state: CapturedState }) => capturedState(context) === state,
    },
    actions: {
      change: assign(({ context, event }, { outcome }: { outcome: OutcomeType }) =>
        outcomeOf(outcome).change(context, event, policy),
      ),
      /** Read by `decide` out of the returned actions; does nothing by itself. */
      record: (_, _params: { outcome: OutcomeType }) => {},
    },
  }).createMachine({
    id: "order",
    initial: "ordered",
    context: ({ input }) => placedOrder(input, policy),
    // No transition makes an order, so its chart reads here what does.
    meta: { born: { command: "order.place", event: "order.placed" } },
    // In every state: what Toss says about money is heard, however late.
    on: {
      "payment.capture": becomes("payment.strayed"),
      "payment.await": becomes("payment.awaited"),
      "payment.decline": becomes("payment.declined"),
      "payment.notice": becomes("payment.noticed"),
      "stray.complete": becomes("stray.refunded"),
      "stray.fail": becomes("stray.refundFailed"),
      "effect.retry": becomes("effect.retried"),
    },
    states: {
      ordered: {
        on: {
          "payment.request": becomes("payment.requested", "paying"),
          "payment.capture": becomes("payment.captured", "captured"),
          "cancellation.request": becomes("order.canceled", "canceled"),
          "order.expire": becomes("order.expired", "expired"),
        },
      },
      // Toss' answer is not known, and is never guessed: only Toss' own word leads out of here.
      paying: {
        on: {
          "payment.capture": [
            becomes("payment.captured", "captured"),
            becomes("payment.mismatched", "ordered"),
          ],
          "payment.decline": becomes("payment.declined", "ordered"),
        },
      },
      canceled: {},
      expired: {},
      captured: {
        initial: "route",
        on: {
          "purchase.confirm": becomes("purchase.confirmed", ".route"),
          "purchase.autoConfirm": becomes("purchase.autoConfirmed", ".route"),
          "cancellation.request": becomes("cancellation.requested", ".route"),
          "cancellation.restock": becomes("cancellation.restocked", ".route"),
          "cancellation.withdraw": becomes("cancellation.withdrawn", ".route"),
          "refund.begin": becomes("refund.started", ".route"),
          "refund.retry": becomes("refund.retried", ".route"),
          "refund.complete": becomes("refund.completed", ".route"),
          "refund.fail": becomes("refund.failed", ".route"),
          "payment.differ": becomes("payment.differs"),
        },
        states: {
          route: {
            // Exactly one holds, so their order is only a matter of speed: the common ones first.
            always: [
              route("paid"),
              route("purchaseConfirmed"),
              route("cancelRequested"),
              route("restocked"),
              route("refunding"),
              route("refundFailed"),
              route("partiallyRefunded"),
              route("refunded"),
            ],
          },
          paid: {},
          purchaseConfirmed: {},
          cancelRequested: {},
          restocked: {},
          refunding: {},
          refundFailed: {},
          partiallyRefunded: {},
          refunded: {},
        },
      },
    },
  });

export type OrderMachine = ReturnType<typeof createOrderMachine>;
