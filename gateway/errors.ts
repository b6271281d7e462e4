import { type ActorErrorCode, type RuntimeRefusalCode, runtimeRefusalCodes } from "../actors/errors.ts";
import { type RefusalCode, refusalCodes, type SnapshotError } from "../machines/mod.ts";

/** Problems that arise at the HTTP edge itself. */
export const gatewayCodes = [
  "VALIDATION_FAILED",
  "MALFORMED_JSON",
  "UNSUPPORTED_MEDIA_TYPE",
  "PAYLOAD_TOO_LARGE",
  "REQUEST_TIMEOUT",
  "RATE_LIMITED",
  "IDEMPOTENCY_KEY_MISSING",
  "NOT_FOUND",
  "METHOD_NOT_ALLOWED",
  "COMMAND_NOT_FOUND",
  "COMMAND_FAILED",
  "PAYMENT_DECLINED",
  "PAYMENT_STRAYED",
  "NOT_READY",
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "AUTH_KEYS_UNAVAILABLE",
  "SETTLEMENT_NOT_SERVED",
  "YEAR_NOT_COVERED",
  "MACHINE_NOT_FOUND",
  "INTERNAL",
] as const;

export type GatewayCode = (typeof gatewayCodes)[number];
/** Every code that a problem document can carry. Closed: the compiler asks for an entry below for each. */
export type ProblemCode =
  | RefusalCode
  | RuntimeRefusalCode
  | ActorErrorCode
  | GatewayCode
  | SnapshotError["code"];

const entry = <S extends number>(status: S, title: string) => ({ status, title }) as const;

/**
 * The one table from codes to HTTP. 409: the order's state says no, as it might not have earlier or later.
 * 422: the request itself breaks a rule, whatever the state. 404: the URL names what does not exist.
 */
export const problems = {
  // placing
  ORDER_ALREADY_EXISTS: entry(409, "Order already exists"),
  ORDER_NOT_FOUND: entry(404, "Order not found"),
  TOO_MANY_LINES: entry(422, "Too many order lines"),
  DUPLICATE_PRODUCT: entry(422, "Product named twice"),
  TOTAL_MISMATCH: entry(422, "Total differs from the lines"),
  AMOUNT_OUT_OF_RANGE: entry(422, "Amount out of range"),
  AMOUNT_BELOW_MINIMUM: entry(422, "Amount below the minimum"),
  AMOUNT_OVER_LIMIT: entry(422, "Amount over the limit"),
  PAYMENT_METHOD_NOT_ACCEPTED: entry(422, "Payment method not accepted"),
  // paying
  ORDER_NOT_PAYABLE: entry(409, "Order not payable"),
  PAYMENT_IN_PROGRESS: entry(409, "Payment in progress"),
  PAYMENT_AMOUNT_MISMATCH: entry(422, "Payment amount differs from the order's total"),
  PAYMENT_KEY_IN_USE: entry(409, "Payment key already used"),
  PAYMENT_ATTEMPTS_EXHAUSTED: entry(409, "Too many payment attempts"),
  PAYMENT_NOT_FOUND: entry(404, "Payment not found"),
  PAYMENT_ALREADY_RESOLVED: entry(409, "Payment already resolved"),
  PAYMENT_DECLINED: entry(402, "Payment declined"),
  PAYMENT_STRAYED: entry(409, "Payment captured and returned"),
  // confirming and cancelling
  ORDER_NOT_CONFIRMABLE: entry(409, "Order not confirmable"),
  ORDER_NOT_CANCELABLE: entry(409, "Order not cancelable"),
  UNPAID_CANCEL_IS_WHOLE: entry(422, "An unpaid order is cancelled as a whole"),
  LINE_NOT_FOUND: entry(422, "No such order line"),
  QUANTITY_EXCEEDS_LINE: entry(422, "Quantity exceeds the order line"),
  ITEM_ALREADY_CONFIRMED: entry(409, "Already purchase-confirmed"),
  ITEM_ALREADY_CANCELING: entry(409, "Already being cancelled"),
  ITEM_ALREADY_REFUNDED: entry(409, "Already refunded"),
  NOTHING_TO_CONFIRM: entry(409, "Nothing to confirm"),
  NOTHING_TO_CANCEL: entry(409, "Nothing to cancel"),
  TOO_MANY_CANCELLATIONS: entry(409, "Too many cancellations"),
  // a cancellation and its refund
  CANCELLATION_NOT_FOUND: entry(404, "Cancellation not found"),
  CANCELLATION_ALREADY_RESTOCKED: entry(409, "Cancellation already restocked"),
  CANCELLATION_NOT_RESTOCKED: entry(409, "Cancellation not restocked"),
  CANCELLATION_WITHDRAWN: entry(409, "Cancellation withdrawn"),
  REFUND_IN_PROGRESS: entry(409, "Refund in progress"),
  REFUND_NOT_FAILED: entry(409, "Refund has not failed"),
  REFUND_AMOUNT_MISMATCH: entry(409, "Refund amount differs"),
  REFUND_ALREADY_COMPLETED: entry(409, "Refund already completed"),
  TIMER_NOT_DUE: entry(409, "Timer not due"),
  // the runtime
  IDEMPOTENCY_KEY_REUSED: entry(422, "Idempotency-Key used for another request"),
  COMMAND_EXPIRED: entry(409, "Command expired"),
  EFFECT_NOT_WAITING: entry(409, "Effect does not wait for an operator"),
  COMMAND_TOO_LARGE: entry(413, "Command too large"),
  COMMAND_MALFORMED: entry(400, "Command malformed"),
  COMMAND_NOT_FOUND: entry(404, "Command not found"),
  COMMAND_FAILED: entry(500, "Command put aside for an operator"),
  DEAD_LETTER_NOT_FOUND: entry(404, "Dead letter not found"),
  STORE_UNAVAILABLE: entry(503, "Store unavailable"),
  STORE_NOT_DURABLE: entry(503, "Store not durable"),
  STORE_CORRUPT: entry(503, "Store damaged"),
  SNAPSHOT_UNREADABLE: entry(503, "Order not readable by this release"),
  BUS_UNAVAILABLE: entry(503, "Bus unavailable"),
  OVERLOADED: entry(503, "Overloaded"),
  SHUTTING_DOWN: entry(503, "Shutting down"),
  // settlement
  SETTLEMENT_NOT_SERVED: entry(404, "No settlement here"),
  YEAR_NOT_COVERED: entry(422, "Year without a calendar"),
  // machines
  MACHINE_NOT_FOUND: entry(404, "No such machine"),
  // who calls
  UNAUTHENTICATED: entry(401, "Who calls is not known"),
  FORBIDDEN: entry(403, "Not allowed"),
  AUTH_KEYS_UNAVAILABLE: entry(503, "Keys of tokens unavailable"),
  // the HTTP edge
  VALIDATION_FAILED: entry(400, "Request not valid"),
  MALFORMED_JSON: entry(400, "Body is not JSON"),
  IDEMPOTENCY_KEY_MISSING: entry(400, "Idempotency-Key missing or malformed"),
  UNSUPPORTED_MEDIA_TYPE: entry(415, "Body must be application/json"),
  PAYLOAD_TOO_LARGE: entry(413, "Body too large"),
  REQUEST_TIMEOUT: entry(408, "Body too slow"),
  RATE_LIMITED: entry(429, "Too many requests"),
  NOT_FOUND: entry(404, "No such route"),
  METHOD_NOT_ALLOWED: entry(405, "Method not allowed"),
  NOT_READY: entry(503, "Not ready"),
  INTERNAL: entry(500, "Internal error"),
} as const satisfies Record<ProblemCode, { status: number; title: string }>;

export type ProblemStatus = (typeof problems)[ProblemCode]["status"];

export const problemCodes = Object.keys(problems) as ProblemCode[];

/** The codes of a command's refusal, as opposed to what goes wrong around it. */
export const refusals: readonly ProblemCode[] = [...refusalCodes, ...runtimeRefusalCodes];
