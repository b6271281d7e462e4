import type { CommandType } from "../../machines/mod.ts";

/** Who brings a command forth. Total, so that a new one can't be left out. */
const origins: Readonly<Record<CommandType, "caller" | "timer" | "toss">> = {
  "order.place": "caller",
  "payment.request": "caller",
  "purchase.confirm": "caller",
  "cancellation.request": "caller",
  "cancellation.restock": "caller",
  "cancellation.withdraw": "caller",
  "refund.retry": "caller",
  "effect.retry": "caller",
  "payment.notice": "caller",

  "order.expire": "timer",
  "purchase.autoConfirm": "timer",
  "refund.begin": "timer",

  "payment.capture": "toss",
  "payment.await": "toss",
  "payment.decline": "toss",
  "payment.differ": "toss",
  "refund.complete": "toss",
  "refund.fail": "toss",
  "stray.complete": "toss",
  "stray.fail": "toss",
};

/**
 * Whether a command is taken from the bus. What Toss answers comes from the runtime's own call and never by the bus: a
 * gateway, or whoever has its login, could otherwise say that an order is paid. A timer's can come, as a dead letter
 * that is tried again, and the order itself says whether it is due.
 */
export const mayComeByBus = (type: CommandType): boolean => origins[type] !== "toss";
