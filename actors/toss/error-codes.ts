/** The calls of the payment API. Each has error codes of its own. */
export type Operation = "confirm" | "cancel" | "lookup";

/** What an error code says of the request that it answers. By the code alone: Toss puts every class under 400 and 403. */
export type ErrorClass =
  /** A definite no: nothing moved, and this request will never succeed. */
  | "declined"
  /** The payment is already where it may have been meant to go. By whom, its own state tells. */
  | "settled"
  /** A fault of the moment, or not known: look how the payment stands before another try, under another key. */
  | "retryable"
  /** The first request under this idempotency key is not finished. */
  | "inFlight"
  /** Toss does not let us in, whatever the request; nothing is bound to the key. */
  | "misconfigured";

type Table = Readonly<Record<string, ErrorClass>>;

// Sources. The codes: docs.tosspayments.com/reference/error-codes, its table of each API and its list of all codes.
// The classes are ours, from the documented messages. Toss repeats its first answer, errors too, for as long as a key
// lives (measured on its test environment), so a fault that the merchant can mend is still final for its request.

/** In the tables of all three calls, or of any call at all. */
const access = {
  UNAUTHORIZED_KEY: "misconfigured",
  INCORRECT_BASIC_AUTH_FORMAT: "misconfigured",
  INVALID_API_KEY: "misconfigured",
  // A base URL that leads elsewhere. The URL is part of an idempotency key's scope, so mending it frees the key.
  NOT_FOUND_HTTP_METHOD: "misconfigured",
} as const satisfies Table;

/** From the list of all codes, for what a POST can meet; the idempotency codes are of /reference/using-api/authorization. */
const posts = {
  ...access,
  IDEMPOTENT_REQUEST_PROCESSING: "inFlight",
  INVALID_IDEMPOTENCY_KEY: "declined",
  INVALID_TEST_CODE: "declined",
  INVALID_REQUIRED_PARAM: "declined",
  INVALID_CURRENCY: "declined",
  INVALID_DATE: "declined",
  INVALID_ORDER_ID: "declined",
  INVALID_PAYMENT_KEY: "declined",
  API_VERSION_UPDATE_NEEDED: "declined",
  NOT_FOUND_MERCHANT: "declined",
  // "Already approved": that may have been us.
  DUPLICATED_ORDER_ID: "retryable",
  // Does not say what was not found.
  NOT_FOUND: "retryable",
  MAINTAINED_METHOD: "retryable",
  UNKNOWN_ERROR: "retryable",
  FAILED_DB_PROCESSING: "retryable",
} as const satisfies Table;

/** The table of `POST /v1/payments/confirm`. */
const confirm = {
  ...posts,
  // 400
  ALREADY_PROCESSED_PAYMENT: "settled",
  // "A temporary error, try again in a few minutes", though under 400.
  PROVIDER_ERROR: "retryable",
  // "An error at the card company": it may have approved all the same.
  CARD_PROCESSING_ERROR: "retryable",
  EXCEED_MAX_CARD_INSTALLMENT_PLAN: "declined",
  INVALID_REQUEST: "declined",
  NOT_ALLOWED_POINT_USE: "declined",
  INVALID_REJECT_CARD: "declined",
  BELOW_MINIMUM_AMOUNT: "declined",
  INVALID_CARD_EXPIRATION: "declined",
  INVALID_STOPPED_CARD: "declined",
  EXCEED_MAX_DAILY_PAYMENT_COUNT: "declined",
  NOT_SUPPORTED_INSTALLMENT_PLAN_CARD_OR_MERCHANT: "declined",
  INVALID_CARD_INSTALLMENT_PLAN: "declined",
  NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN: "declined",
  EXCEED_MAX_PAYMENT_AMOUNT: "declined",
  NOT_FOUND_TERMINAL_ID: "declined",
  INVALID_AUTHORIZE_AUTH: "declined",
  INVALID_CARD_LOST_OR_STOLEN: "declined",
  RESTRICTED_TRANSFER_ACCOUNT: "declined",
  INVALID_CARD_NUMBER: "declined",
  INVALID_UNREGISTERED_SUBMALL: "declined",
  NOT_REGISTERED_BUSINESS: "declined",
  EXCEED_MAX_ONE_DAY_WITHDRAW_AMOUNT: "declined",
  EXCEED_MAX_ONE_TIME_WITHDRAW_AMOUNT: "declined",
  EXCEED_MAX_AMOUNT: "declined",
  INVALID_ACCOUNT_INFO_RE_REGISTER: "declined",
  // Closed at this hour. A payment has ten minutes to be confirmed, so the customer is told rather than kept waiting.
  NOT_AVAILABLE_PAYMENT: "declined",
  UNAPPROVED_ORDER_ID: "declined",
  EXCEED_MAX_MONTHLY_PAYMENT_AMOUNT: "declined",
  // 403
  REJECT_ACCOUNT_PAYMENT: "declined",
  REJECT_CARD_PAYMENT: "declined",
  REJECT_CARD_COMPANY: "declined",
  FORBIDDEN_REQUEST: "declined",
  REJECT_TOSSPAY_INVALID_ACCOUNT: "declined",
  EXCEED_MAX_AUTH_COUNT: "declined",
  EXCEED_MAX_ONE_DAY_AMOUNT: "declined",
  NOT_AVAILABLE_BANK: "declined", // as NOT_AVAILABLE_PAYMENT
  INVALID_PASSWORD: "declined",
  FDS_ERROR: "declined",
  // 404
  NOT_FOUND_PAYMENT: "declined",
  NOT_FOUND_PAYMENT_SESSION: "declined",
  // 500
  FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING: "retryable",
  FAILED_INTERNAL_SYSTEM_PROCESSING: "retryable",
  UNKNOWN_PAYMENT_ERROR: "retryable",
} as const satisfies Table;

/** The table of `POST /v1/payments/{paymentKey}/cancel`, and the refund codes that only the list of all codes has. */
const cancel = {
  ...posts,
  // 400
  ALREADY_CANCELED_PAYMENT: "settled",
  ALREADY_REFUND_PAYMENT: "settled",
  // The balance is not what we thought: another cancel came between, perhaps this one.
  NOT_MATCHES_REFUNDABLE_AMOUNT: "settled",
  PROVIDER_ERROR: "retryable", // "temporary", though under 400
  INVALID_REFUND_ACCOUNT_INFO: "declined",
  EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT: "declined",
  INVALID_REQUEST: "declined",
  INVALID_REFUND_ACCOUNT_NUMBER: "declined",
  INVALID_BANK: "declined",
  REFUND_REJECTED: "declined",
  FORBIDDEN_BANK_REFUND_REQUEST: "declined",
  // 403
  // Also the answer once partial cancels have reached a balance of zero (measured on the test environment).
  NOT_CANCELABLE_AMOUNT: "settled",
  FORBIDDEN_CONSECUTIVE_REQUEST: "retryable", // "try again in a few minutes", though under 403
  // Bank hours: unlike a confirmation, a refund can wait for the morning.
  NOT_AVAILABLE_BANK: "retryable",
  NOT_CANCELABLE_PAYMENT: "declined",
  FORBIDDEN_REQUEST: "declined",
  EXCEED_MAX_REFUND_DUE: "declined",
  NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT: "declined",
  NOT_ALLOWED_PARTIAL_REFUND: "declined",
  NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER: "declined",
  EXCEED_CANCEL_LIMIT: "declined",
  // 404
  NOT_FOUND_PAYMENT: "declined",
  // 500
  FAILED_INTERNAL_SYSTEM_PROCESSING: "retryable",
  FAILED_REFUND_PROCESS: "retryable",
  FAILED_METHOD_HANDLING_CANCEL: "retryable",
  FAILED_PARTIAL_REFUND: "retryable",
  COMMON_ERROR: "retryable",
  FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING: "retryable",
  // In the list of all codes only
  INVALID_REFUND_AMOUNT: "declined",
  EXCEED_MAX_REFUND_AMOUNT: "declined",
} as const satisfies Table;

/** The table of `GET /v1/payments/{paymentKey}`. Only a code that names the payment is an answer about the payment. */
const lookup = {
  ...access,
  NOT_FOUND_PAYMENT: "declined",
  INVALID_PAYMENT_KEY: "declined",
  NOT_FOUND: "retryable",
  NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN_BELOW_AMOUNT: "retryable",
  FORBIDDEN_CONSECUTIVE_REQUEST: "retryable",
  FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING: "retryable",
  // In the list of all codes only. No key binds the answer to a GET, so what the merchant mends works at the next look.
  API_VERSION_UPDATE_NEEDED: "misconfigured",
  NOT_FOUND_MERCHANT: "misconfigured",
  MAINTAINED_METHOD: "retryable",
  UNKNOWN_ERROR: "retryable",
  FAILED_DB_PROCESSING: "retryable",
} as const satisfies Table;

/** The class of each documented code, for each call. */
export const errorClasses: Readonly<Record<Operation, Table>> = { confirm, cancel, lookup };

/**
 * The class of `code` as an answer to `operation`. A code that is not in the call's table may mean anything, also that
 * the money moved: it is `retryable`, which looks before it acts and so guesses nothing.
 */
export const classOf = (operation: Operation, code: string): ErrorClass => {
  const table = errorClasses[operation];
  return (Object.hasOwn(table, code) ? table[code] : undefined) ?? "retryable";
};

/** Declines whose cause is the merchant's contract or our request: every order will meet them until somebody acts. */
export const concernsOperator: ReadonlySet<string> = new Set([
  "API_VERSION_UPDATE_NEEDED",
  "EXCEED_CANCEL_LIMIT",
  "EXCEED_MAX_REFUND_AMOUNT",
  "FORBIDDEN_REQUEST",
  "INVALID_IDEMPOTENCY_KEY",
  "INVALID_REQUIRED_PARAM",
  "INVALID_TEST_CODE",
  "INVALID_UNREGISTERED_SUBMALL",
  "NOT_FOUND_MERCHANT",
  "NOT_FOUND_TERMINAL_ID",
  "NOT_REGISTERED_BUSINESS",
]);
