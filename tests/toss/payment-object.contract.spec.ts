import { describe, expect, test } from "bun:test";
import { buyer, confirm, eachForSpec, handClock, implementations } from "./harness.ts";

const { clock } = handClock(Date.parse("2026-11-23T15:00:05.678Z"));
const mocks = await eachForSpec({ clock });

describe.each(implementations)("%s", (name) => {
  const mock = mocks[name];

  /** The fields of the Payment object of version 2022-11-16. */
  const documented =
    `version paymentKey type orderId orderName mId currency method totalAmount balanceAmount status
  requestedAt approvedAt useEscrow cultureExpense lastTransactionKey suppliedAmount vat taxFreeAmount
  taxExemptionAmount cancels isPartialCancelable card virtualAccount mobilePhone giftCertificate transfer easyPay
  secret metadata receipt checkout country failure cashReceipt cashReceipts discount`.split(/\s+/);

  test("confirm_givesEveryDocumentedField_cardPayment", async () => {
    const { json } = await confirm(mock, buyer(mock));
    expect(Object.keys(json)).toEqual(expect.arrayContaining(documented));
    expect(json).toMatchObject({
      version: "2022-11-16",
      type: "NORMAL",
      mId: "jumunmock",
      currency: "KRW",
      method: "카드",
      requestedAt: "2026-11-24T00:00:05+09:00",
      approvedAt: "2026-11-24T00:00:05+09:00",
      totalAmount: 15_000,
      balanceAmount: 15_000,
      suppliedAmount: 13_636,
      vat: 1_364,
      isPartialCancelable: true,
      cancels: null,
      failure: null,
    });
    expect(json.lastTransactionKey).toMatch(/^[0-9A-F]{32}$/);
    expect(json.secret?.length).toBeLessThanOrEqual(50);
  });

  test("confirm_givesAMaskedCard_cardPayment", async () => {
    const { json } = await confirm(mock, buyer(mock, { amount: 7_700 }));
    expect(json.card).toEqual({
      amount: 7_700,
      issuerCode: "61",
      acquirerCode: "61",
      number: "43301234****123*",
      installmentPlanMonths: 0,
      approveNo: expect.stringMatching(/^\d{8}$/),
      useCardPoint: false,
      cardType: "신용",
      ownerType: "개인",
      acquireStatus: "READY",
      isInterestFree: false,
      interestPayer: null,
    });
  });

  test("confirm_givesAnUndocumentedField_toExerciseTolerantParsing", async () => {
    const { json } = await confirm(mock, buyer(mock));
    const undocumented = Object.keys(json).filter((name) => !documented.includes(name));
    expect(undocumented).toEqual(["fieldOfALaterVersion"]);
  });

  test("authenticate_makesDistinctKeys_onAFrozenClock", () => {
    const keys = new Set(Array.from({ length: 500 }, () => buyer(mock).paymentKey));
    expect(keys.size).toBe(500);
    for (const key of keys) expect(key).toMatch(/^jumun20261124000005[A-Za-z0-9]{5}$/);
  });

  test.each([
    ["계좌이체", "transfer"],
    ["간편결제", "easyPay"],
  ] as const)("confirm_fillsTheMethodsOwnBlock_%s", async (method, block) => {
    const { json } = await confirm(mock, buyer(mock, { method }));
    expect(json.method).toBe(method);
    expect(json[block]).not.toBeNull();
  });
});
