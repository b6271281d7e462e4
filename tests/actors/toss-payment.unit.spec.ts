import { describe, expect, test } from "bun:test";
import { toInstant } from "../../actors/toss/instant.ts";
import { parsePayment } from "../../actors/toss/payment.ts";
import { paymentBody } from "./toss-double.ts";

const cancelBody = (changes: object = {}) => ({
  cancelAmount: 5_000,
  cancelReason: "[Cc1] 단순 변심",
  canceledAt: "2026-11-24T08:30:00+09:00",
  transactionKey: "txrd_a02",
  cancelStatus: "DONE",
  refundableAmount: 10_000,
  receiptKey: null,
  taxFreeAmount: 0,
  ...changes,
});

describe("parsePayment", () => {
  test("parsePayment_keepsWhatIsUsedAndNothingElse_cardPayment", () => {
    expect(parsePayment(paymentBody())).toEqual({
      paymentKey: "tgen_20261123100000abcde",
      orderId: "order-0001",
      mId: "tvivarepublica",
      status: "DONE",
      totalAmount: 15_000,
      balanceAmount: 15_000,
      currency: "KRW",
      method: "카드",
      approvedAt: "2026-11-23T01:00:00.000Z",
      lastTransactionKey: "txrd_a01",
      cancels: [],
      card: { issuerCode: "41", number: "43301234****123*", approveNo: "00000000" },
    });
  });

  test("parsePayment_readsTheCancels_partiallyCanceled", () => {
    const parsed = parsePayment(
      paymentBody({ status: "PARTIAL_CANCELED", balanceAmount: 10_000, cancels: [cancelBody()] }),
    );
    expect(parsed?.cancels).toEqual([
      {
        cancelAmount: 5_000,
        cancelReason: "[Cc1] 단순 변심",
        canceledAt: "2026-11-23T23:30:00.000Z",
        transactionKey: "txrd_a02",
        cancelStatus: "DONE",
        refundableAmount: 10_000,
      },
    ]);
  });

  test("parsePayment_readsAPaymentNotYetApproved_inProgress", () => {
    const { approvedAt, lastTransactionKey, cancels, card, method, ...rest } = paymentBody({
      status: "IN_PROGRESS",
    });
    expect(parsePayment(rest)).toMatchObject({
      status: "IN_PROGRESS",
      approvedAt: null,
      cancels: [],
      card: null,
    });
    expect(parsePayment({ ...rest, approvedAt: null, method: null })).toMatchObject({ method: null });
  });

  test("parsePayment_stillSaysWhereTheMoneyIs_statusMethodAndCardThatAreNew", () => {
    const parsed = parsePayment(
      paymentBody({ status: "ON_HOLD", method: "새 수단", card: { issuerCode: 41 } }),
    );
    expect(parsed).toMatchObject({ status: "ON_HOLD", method: "새 수단", card: null, balanceAmount: 15_000 });
  });

  test("parsePayment_keepsTheCard_itsInstalmentsAreNotSaid", () => {
    const card = { issuerCode: "41", number: "43301234****123*", approveNo: "00000000" };
    expect(parsePayment(paymentBody({ card }))?.card).toEqual(card);
  });

  test.each([
    ["nothing", undefined],
    ["null", null],
    ["text", "DONE"],
    ["a list", [paymentBody()]],
    ["an error body", { code: "PROVIDER_ERROR", message: "" }],
    ["a body without a status", paymentBody({ status: undefined })],
    ["an amount in text", paymentBody({ totalAmount: "15000" })],
    ["no balance", paymentBody({ balanceAmount: null })],
    ["a time that is none", paymentBody({ approvedAt: "yesterday" })],
    ["a cancel without an amount", paymentBody({ cancels: [cancelBody({ cancelAmount: undefined })] })],
    ["a cancel at no time", paymentBody({ cancels: [cancelBody({ canceledAt: "soon" })] })],
  ])("parsePayment_refuses %s", (_, body) => {
    expect(parsePayment(body)).toBeUndefined();
  });
});

describe("toInstant", () => {
  test.each([
    ["2026-11-23T10:02:03+09:00", "2026-11-23T01:02:03.000Z"],
    ["2026-11-23T10:02:03", "2026-11-23T01:02:03.000Z"],
    ["2026-11-23T10:02:03.12345", "2026-11-23T01:02:03.123Z"],
    ["2026-11-23T01:02:03Z", "2026-11-23T01:02:03.000Z"],
  ])("toInstant_isUtc %s", (text, instant) => {
    expect(toInstant(text)).toBe(instant);
  });

  test.each(["", "2026-11-23", "2026-13-45T10:02:03+09:00", "23 Nov 2026"])(
    "toInstant_refuses '%s'",
    (text) => {
      expect(toInstant(text)).toBeUndefined();
    },
  );
});
