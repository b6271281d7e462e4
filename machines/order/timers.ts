import type { Instant } from "../instant.ts";
import type { CommandData, CommandType } from "./commands.ts";
import { activePieces } from "./lines.ts";
import { type Order, refundInFlight } from "./order.ts";
import type { OrderState } from "./state.ts";

/** A command that the order is to be given at a time. Derived from the order, so a timer can't be lost or left over. */
export interface Timer {
  readonly id: string;
  readonly dueAt: Instant;
  readonly command: {
    [T in CommandType]: { readonly type: T; readonly data: CommandData<T> };
  }[CommandType];
}

/**
 * The timers of an order as it stands. The runtime stores only the earliest `dueAt` beside the order, finds due orders
 * by it and asks here which commands are due: the policies of the domain ("whenever restocked, then refund") live here.
 */
export const timersOf = (state: OrderState, order: Order): Timer[] => {
  if (state === "ordered") {
    return [{ id: "expiry", dueAt: order.expiresAt, command: { type: "order.expire", data: {} } }];
  }
  if (!order.autoConfirmAt) return [];
  const timers: Timer[] = [];
  const restocked = order.cancellations.find((one) => one.state === "restocked");
  if (restocked && !refundInFlight(order)) {
    timers.push({
      id: `refund:${restocked.id}`,
      dueAt: restocked.restockedAt ?? order.placedAt,
      command: { type: "refund.begin", data: { cancellationId: restocked.id } },
    });
  }
  if (activePieces(order.lines).length > 0) {
    timers.push({
      id: "autoConfirm",
      dueAt: order.autoConfirmAt,
      command: { type: "purchase.autoConfirm", data: {} },
    });
  }
  return timers;
};
