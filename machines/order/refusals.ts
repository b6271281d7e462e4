import { type Refusal, type RefusalCode, refuse } from "../errors.ts";
import type { CommandType } from "./commands.ts";
import type { OrderState } from "./state.ts";

const notInState: Record<CommandType, RefusalCode> = {
  "order.place": "ORDER_ALREADY_EXISTS",
  "payment.request": "ORDER_NOT_PAYABLE",
  "purchase.confirm": "ORDER_NOT_CONFIRMABLE",
  "purchase.autoConfirm": "TIMER_NOT_DUE",
  "cancellation.request": "ORDER_NOT_CANCELABLE",
  "cancellation.restock": "CANCELLATION_NOT_FOUND",
  "cancellation.withdraw": "CANCELLATION_NOT_FOUND",
  "refund.retry": "CANCELLATION_NOT_FOUND",
  "refund.begin": "CANCELLATION_NOT_FOUND",
  "refund.complete": "CANCELLATION_NOT_FOUND",
  "refund.fail": "CANCELLATION_NOT_FOUND",
  "order.expire": "TIMER_NOT_DUE",
  "effect.retry": "ORDER_NOT_FOUND", // never told: every order hears it
  "payment.notice": "PAYMENT_NOT_FOUND",
  "payment.capture": "PAYMENT_NOT_FOUND",
  "payment.await": "PAYMENT_NOT_FOUND",
  "payment.decline": "PAYMENT_NOT_FOUND",
  "payment.differ": "PAYMENT_NOT_FOUND",
  "stray.complete": "PAYMENT_NOT_FOUND",
  "stray.fail": "PAYMENT_NOT_FOUND",
};

const remedies: Partial<Record<RefusalCode, string>> = {
  ORDER_NOT_PAYABLE: "Only an ordered, unpaid order can be paid.",
  ORDER_NOT_CONFIRMABLE: "Only a paid order can be purchase-confirmed.",
  ORDER_NOT_CANCELABLE: "An order can be cancelled before payment or once its payment is captured.",
  PAYMENT_IN_PROGRESS: "Wait for the payment's result: read the order, or follow its events.",
};

/** The refusal of a command that the machine has no transition for in `state`. Total over commands and states. */
export const refuseInState = (orderId: string, state: OrderState, command: CommandType): Refusal => {
  const waits = state === "paying" && (command === "payment.request" || command === "cancellation.request");
  const code = waits ? "PAYMENT_IN_PROGRESS" : notInState[command];
  return refuse(code, [`Order ${orderId} is ${state}.`, remedies[code]].filter(Boolean).join(" "));
};
