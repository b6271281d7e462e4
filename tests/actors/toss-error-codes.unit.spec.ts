import { describe, expect, test } from "bun:test";
import { classOf, concernsOperator, errorClasses, type Operation } from "../../actors/toss/error-codes.ts";

const words = (text: string) => text.trim().split(/\s+/);

/** The codes of Toss' documentation, call by call. */
const documented: Record<Operation, string[]> = {
  confirm: words(`
    ALREADY_PROCESSED_PAYMENT PROVIDER_ERROR EXCEED_MAX_CARD_INSTALLMENT_PLAN INVALID_REQUEST NOT_ALLOWED_POINT_USE
    INVALID_API_KEY INVALID_REJECT_CARD BELOW_MINIMUM_AMOUNT INVALID_CARD_EXPIRATION INVALID_STOPPED_CARD
    EXCEED_MAX_DAILY_PAYMENT_COUNT NOT_SUPPORTED_INSTALLMENT_PLAN_CARD_OR_MERCHANT INVALID_CARD_INSTALLMENT_PLAN
    NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN EXCEED_MAX_PAYMENT_AMOUNT NOT_FOUND_TERMINAL_ID INVALID_AUTHORIZE_AUTH
    INVALID_CARD_LOST_OR_STOLEN RESTRICTED_TRANSFER_ACCOUNT INVALID_CARD_NUMBER INVALID_UNREGISTERED_SUBMALL
    NOT_REGISTERED_BUSINESS EXCEED_MAX_ONE_DAY_WITHDRAW_AMOUNT EXCEED_MAX_ONE_TIME_WITHDRAW_AMOUNT
    CARD_PROCESSING_ERROR EXCEED_MAX_AMOUNT INVALID_ACCOUNT_INFO_RE_REGISTER NOT_AVAILABLE_PAYMENT
    UNAPPROVED_ORDER_ID EXCEED_MAX_MONTHLY_PAYMENT_AMOUNT
    UNAUTHORIZED_KEY
    REJECT_ACCOUNT_PAYMENT REJECT_CARD_PAYMENT REJECT_CARD_COMPANY FORBIDDEN_REQUEST REJECT_TOSSPAY_INVALID_ACCOUNT
    EXCEED_MAX_AUTH_COUNT EXCEED_MAX_ONE_DAY_AMOUNT NOT_AVAILABLE_BANK INVALID_PASSWORD INCORRECT_BASIC_AUTH_FORMAT
    FDS_ERROR
    NOT_FOUND_PAYMENT NOT_FOUND_PAYMENT_SESSION
    FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING FAILED_INTERNAL_SYSTEM_PROCESSING UNKNOWN_PAYMENT_ERROR`),
  cancel: words(`
    ALREADY_CANCELED_PAYMENT INVALID_REFUND_ACCOUNT_INFO EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT INVALID_REQUEST
    INVALID_REFUND_ACCOUNT_NUMBER INVALID_BANK NOT_MATCHES_REFUNDABLE_AMOUNT PROVIDER_ERROR REFUND_REJECTED
    ALREADY_REFUND_PAYMENT FORBIDDEN_BANK_REFUND_REQUEST
    UNAUTHORIZED_KEY
    NOT_CANCELABLE_AMOUNT NOT_CANCELABLE_PAYMENT FORBIDDEN_CONSECUTIVE_REQUEST FORBIDDEN_REQUEST
    EXCEED_MAX_REFUND_DUE NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT NOT_ALLOWED_PARTIAL_REFUND NOT_AVAILABLE_BANK
    INCORRECT_BASIC_AUTH_FORMAT NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER EXCEED_CANCEL_LIMIT
    NOT_FOUND_PAYMENT
    FAILED_INTERNAL_SYSTEM_PROCESSING FAILED_REFUND_PROCESS FAILED_METHOD_HANDLING_CANCEL FAILED_PARTIAL_REFUND
    COMMON_ERROR FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING
    INVALID_REFUND_AMOUNT EXCEED_MAX_REFUND_AMOUNT`),
  lookup: words(`
    NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN_BELOW_AMOUNT UNAUTHORIZED_KEY FORBIDDEN_CONSECUTIVE_REQUEST
    INCORRECT_BASIC_AUTH_FORMAT NOT_FOUND_PAYMENT NOT_FOUND FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING`),
};

/** Documented without a call, and possible as the answer to any POST. */
const anyPost = words(`
  IDEMPOTENT_REQUEST_PROCESSING INVALID_IDEMPOTENCY_KEY INVALID_TEST_CODE DUPLICATED_ORDER_ID INVALID_ORDER_ID
  INVALID_PAYMENT_KEY INVALID_REQUIRED_PARAM INVALID_CURRENCY INVALID_DATE API_VERSION_UPDATE_NEEDED
  MAINTAINED_METHOD NOT_FOUND_HTTP_METHOD NOT_FOUND_MERCHANT UNKNOWN_ERROR FAILED_DB_PROCESSING`);

const codesOf = (operation: Operation, wanted: string) =>
  Object.entries(errorClasses[operation])
    .filter(([, found]) => found === wanted)
    .map(([code]) => code)
    .sort();

describe("errorClasses", () => {
  test.each(["confirm", "cancel", "lookup"] as const)(
    "errorClasses_hasAClass_everyDocumentedCodeOf %s",
    (operation) => {
      const missing = documented[operation].filter((code) => !Object.hasOwn(errorClasses[operation], code));
      expect(missing).toEqual([]);
    },
  );

  test.each(["confirm", "cancel"] as const)(
    "errorClasses_hasAClass_everyCodeThatAnyPostCanMeet %s",
    (operation) => {
      const missing = anyPost.filter((code) => !Object.hasOwn(errorClasses[operation], code));
      expect(missing).toEqual([]);
    },
  );

  test("errorClasses_holdsNoUndocumentedCode_confirmAndCancel", () => {
    const access = ["INVALID_API_KEY", "NOT_FOUND"]; // of the confirm and the lookup table
    for (const operation of ["confirm", "cancel"] as const) {
      const known = new Set([...documented[operation], ...anyPost, ...access]);
      expect(Object.keys(errorClasses[operation]).filter((code) => !known.has(code))).toEqual([]);
    }
  });

  // Named here one by one, because a code that moves from these to "declined" may lose money without a sound.
  test("errorClasses_looksBeforeItActs_retryableCodesOfConfirm", () => {
    expect(codesOf("confirm", "retryable")).toEqual(
      words(`CARD_PROCESSING_ERROR DUPLICATED_ORDER_ID FAILED_DB_PROCESSING FAILED_INTERNAL_SYSTEM_PROCESSING
        FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING MAINTAINED_METHOD NOT_FOUND PROVIDER_ERROR UNKNOWN_ERROR
        UNKNOWN_PAYMENT_ERROR`),
    );
  });

  test("errorClasses_looksBeforeItActs_retryableCodesOfCancel", () => {
    expect(codesOf("cancel", "retryable")).toEqual(
      words(`COMMON_ERROR DUPLICATED_ORDER_ID FAILED_DB_PROCESSING FAILED_INTERNAL_SYSTEM_PROCESSING
        FAILED_METHOD_HANDLING_CANCEL FAILED_PARTIAL_REFUND FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING
        FAILED_REFUND_PROCESS FORBIDDEN_CONSECUTIVE_REQUEST MAINTAINED_METHOD NOT_AVAILABLE_BANK NOT_FOUND
        PROVIDER_ERROR UNKNOWN_ERROR`),
    );
  });

  test("errorClasses_judgesByThePayment_settledCodes", () => {
    expect(codesOf("confirm", "settled")).toEqual(["ALREADY_PROCESSED_PAYMENT"]);
    expect(codesOf("cancel", "settled")).toEqual([
      "ALREADY_CANCELED_PAYMENT",
      "ALREADY_REFUND_PAYMENT",
      "NOT_CANCELABLE_AMOUNT",
      "NOT_MATCHES_REFUNDABLE_AMOUNT",
    ]);
    expect(codesOf("lookup", "settled")).toEqual([]);
  });

  test("errorClasses_callsTheOperator_accessCodes", () => {
    const access = [
      "INCORRECT_BASIC_AUTH_FORMAT",
      "INVALID_API_KEY",
      "NOT_FOUND_HTTP_METHOD",
      "UNAUTHORIZED_KEY",
    ];
    expect(codesOf("confirm", "misconfigured")).toEqual(access);
    expect(codesOf("cancel", "misconfigured")).toEqual(access);
    expect(codesOf("lookup", "misconfigured")).toEqual(
      ["API_VERSION_UPDATE_NEEDED", "NOT_FOUND_MERCHANT", ...access].sort(),
    );
  });

  test("errorClasses_believesANo_onlyOfThePaymentItself_lookup", () => {
    expect(codesOf("lookup", "declined")).toEqual(["INVALID_PAYMENT_KEY", "NOT_FOUND_PAYMENT"]);
  });
});

describe("classOf", () => {
  test.each(["confirm", "cancel", "lookup"] as const)(
    "classOf_guessesNothing_unknownCode %s",
    (operation) => {
      expect(classOf(operation, "SOMETHING_NEW")).toBe("retryable");
      expect(classOf(operation, "REJECT_SOMETHING_NEW")).toBe("retryable");
      expect(classOf(operation, "constructor")).toBe("retryable");
    },
  );

  test("classOf_guessesNothing_codeOfAnotherCall", () => {
    expect(classOf("confirm", "ALREADY_CANCELED_PAYMENT")).toBe("retryable");
    expect(classOf("cancel", "ALREADY_PROCESSED_PAYMENT")).toBe("retryable");
  });
});

test("concernsOperator_namesOnlyDeclines_everyCode", () => {
  for (const code of concernsOperator) {
    const classes = [classOf("confirm", code), classOf("cancel", code)];
    expect(classes).toContain("declined");
  }
});
