/**
 * Why a command was refused. The list is closed: a new rule adds its code here, and the gateway's problem
 * details, the OpenAPI document and the tests all read this union.
 *
 * Every refusal is terminal: the same command will never succeed, whatever happens to the order later.
 */
export type RefusalCode = (typeof refusalCodes)[number];

export const refusalCodes = [
  // placing
  "ORDER_ALREADY_EXISTS",
  "ORDER_NOT_FOUND",
  "TOO_MANY_LINES",
  "DUPLICATE_PRODUCT",
  "TOTAL_MISMATCH",
  "AMOUNT_OUT_OF_RANGE",
  "AMOUNT_BELOW_MINIMUM",
  "AMOUNT_OVER_LIMIT",
  "PAYMENT_METHOD_NOT_ACCEPTED",
  // paying
  "ORDER_NOT_PAYABLE",
  "PAYMENT_IN_PROGRESS",
  "PAYMENT_AMOUNT_MISMATCH",
  "PAYMENT_KEY_IN_USE",
  "PAYMENT_ATTEMPTS_EXHAUSTED",
  "PAYMENT_NOT_FOUND",
  "PAYMENT_ALREADY_RESOLVED",
  // confirming and cancelling
  "ORDER_NOT_CONFIRMABLE",
  "ORDER_NOT_CANCELABLE",
  "UNPAID_CANCEL_IS_WHOLE",
  "LINE_NOT_FOUND",
  "QUANTITY_EXCEEDS_LINE",
  "ITEM_ALREADY_CONFIRMED",
  "ITEM_ALREADY_CANCELING",
  "ITEM_ALREADY_REFUNDED",
  "NOTHING_TO_CONFIRM",
  "NOTHING_TO_CANCEL",
  "TOO_MANY_CANCELLATIONS",
  // a cancellation and its refund
  "CANCELLATION_NOT_FOUND",
  "CANCELLATION_ALREADY_RESTOCKED",
  "CANCELLATION_NOT_RESTOCKED",
  "CANCELLATION_WITHDRAWN",
  "REFUND_IN_PROGRESS",
  "REFUND_NOT_FAILED",
  "REFUND_AMOUNT_MISMATCH",
  "REFUND_ALREADY_COMPLETED",
  // timers
  "TIMER_NOT_DUE",
] as const;

/** A refusal is a value, not an exception: being told no is an ordinary answer. */
export interface Refusal {
  readonly code: RefusalCode;
  /** What was found, that nothing changed, and what to do instead. Holds no personal data. */
  readonly message: string;
}

export const refuse = (code: RefusalCode, message: string): Refusal => ({
  code,
  message: `${message} Nothing was changed.`,
});

/** A defect: a state that the rules should have made impossible. The command fails and nothing is written. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
}
