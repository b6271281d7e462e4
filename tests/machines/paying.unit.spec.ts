import { expect, test } from "bun:test";
import { balanceOf, createOrderDomain, defaultPolicy } from "../../machines/mod.ts";
import {
  cancels,
  captureOf,
  captures,
  declines,
  KEY,
  ORDER_ID,
  ordered,
  paid,
  paying,
  pays,
  START,
} from "./builders.ts";

test("pay_asksTossOnce_orderedOrder", () => {
  const its = paying();
  expect(its.state).toBe("paying");
  expect(its.effects).toEqual([
    { id: "confirm:1", type: "payment.confirm", attempt: 1, paymentKey: KEY, amount: 10_000 },
  ]);
});

test("capture_makesItPaid_paymentAsked", () => {
  const its = captures(paying().wait(1_500), 1);
  expect(its.state).toBe("paid");
  expect(its.order.paidAt).toBe(its.now);
  expect(its.order.payments).toMatchObject([{ status: "captured", transactionKey: "capture-1" }]);
});

test("capture_keepsTheCard_cardGiven", () => {
  const its = paying();
  const card = { issuerCode: "11", number: "12345678****000*", approveNo: "00000000" };
  its.does("payment.capture", { ...captureOf(its.order, 1), card });
  expect(its.order.payments[0]?.card).toEqual(card);
  expect(JSON.stringify(its.events)).not.toContain(card.number);
});

test.each([9_999, 10_001, 1])("pay_isRefused_amountOf%pForATotalOf10000", (amount) => {
  expect(ordered().refusal("payment.request", { paymentKey: KEY, amount })).toBe("PAYMENT_AMOUNT_MISMATCH");
});

test("pay_isRefusedUntilTossAnswers_secondPaymentWhilePaying", () => {
  const its = paying();
  const again = { paymentKey: "payment-key-2", amount: 10_000 };
  expect(its.refusal("payment.request", again)).toBe("PAYMENT_IN_PROGRESS");
  expect(its.refusal("payment.request", { ...again, paymentKey: KEY })).toBe("PAYMENT_IN_PROGRESS");
});

test("pay_isRefused_orderIsNotOrdered", () => {
  const again = { paymentKey: "payment-key-2", amount: 10_000 };
  const canceled = ordered();
  cancels(canceled);
  const expired = ordered();
  expired.until(expired.order.expiresAt).does("order.expire", {});
  for (const its of [paid(), canceled, expired]) {
    expect(its.refusal("payment.request", again)).toBe("ORDER_NOT_PAYABLE");
  }
});

test("pay_isRefused_keyBelongsToAnotherOrder", () => {
  const { decide } = createOrderDomain(defaultPolicy);
  const data = { paymentKey: KEY, amount: 10_000 };
  const command = { type: "payment.request", data, at: START, id: "1" } as const;
  const decision = decide(ordered().snapshot, ORDER_ID, command, { paymentKeyTaken: true });
  expect(decision).toMatchObject({ accepted: false, refusal: { code: "PAYMENT_KEY_IN_USE" } });
});

test("decline_leadsBackToOrdered_andTheNextPaymentIsAnother", () => {
  const its = declines(paying(), 1);
  expect(its.state).toBe("ordered");
  expect(its.order.payments[0]?.failure).toEqual({
    code: "REJECT_CARD_COMPANY",
    message: "The card company says no.",
  });
  captures(pays(its), 2);
  expect(its.state).toBe("paid");
  expect(its.order.payments.map(({ status }) => status)).toEqual(["declined", "captured"]);
  expect(its.effects.map(({ id }) => id)).toEqual(["confirm:1", "confirm:2"]);
});

test("pay_isRefused_keyOfADeclinedPayment", () => {
  const its = declines(paying(), 1);
  expect(its.refusal("payment.request", { paymentKey: KEY, amount: 10_000 })).toBe("PAYMENT_KEY_IN_USE");
});

test("pay_isRefused_attemptsExhausted", () => {
  const its = ordered({ tea: [1, 1_000] }, { maxPaymentAttempts: 2 });
  declines(pays(declines(pays(its), 1)), 2);
  expect(its.refusal("payment.request", { paymentKey: "payment-key-3", amount: 1_000 })).toBe(
    "PAYMENT_ATTEMPTS_EXHAUSTED",
  );
});

test.each([
  ["anotherAmountThanTheTotal", { amount: 9_000 }, 9_000],
  ["anotherMethod", { misfit: "its method at Toss is 계좌이체" }, 10_000],
  ["partOfItIsBackAlready", { misfit: "its mId at Toss is other", held: 4_000 }, 4_000],
] as const)("capture_goesBackAndTheOrderCanBePaidAgain_%s", (_, change, back) => {
  const its = paying();
  its.does("payment.capture", { ...captureOf(its.order, 1), ...change });
  expect(its.state).toBe("ordered");
  expect(its.events.at(-1)).toMatchObject({ type: "payment.mismatched", data: { code: "PAYMENT_MISMATCH" } });
  expect(its.order.payments[0]).toMatchObject({
    status: "strayRefunding",
    failure: { code: "PAYMENT_MISMATCH" },
  });
  expect(its.effects.at(-1)).toMatchObject({ id: "stray:1", amount: back, refundable: back });
  captures(pays(its), 2);
  its.does("stray.complete", { attempt: 1 });
  expect([its.state, balanceOf(its.order)]).toEqual(["paid", 10_000]);
});

test("capture_leavesTheOpenPaymentAlone_misfitOfAnEarlierAttempt", () => {
  const its = pays(declines(paying(), 1));
  its.does("payment.capture", { ...captureOf(its.order, 1), misfit: "its currency at Toss is USD" });
  expect([its.state, its.events.at(-1)?.type]).toEqual(["paying", "payment.strayed"]);
});

test("capture_isRefused_attemptNeverMade", () => {
  const its = paying();
  expect(its.refusal("payment.capture", captureOf(its.order, 2))).toBe("PAYMENT_NOT_FOUND");
});

test("capture_isRefused_toldTwice", () => {
  const its = paid();
  expect(its.refusal("payment.capture", captureOf(its.order, 1))).toBe("PAYMENT_ALREADY_RESOLVED");
});

test("decline_isRefused_afterTheCapture", () => {
  const decline = { attempt: 1, code: "ALREADY", message: "late" };
  expect(paid().refusal("payment.decline", decline)).toBe("PAYMENT_ALREADY_RESOLVED");
});

test("capture_makesItPaid_attemptThatWasDeclinedBefore", () => {
  const its = captures(declines(paying(), 1), 1);
  expect(its.state).toBe("paid");
  expect(its.effects.map(({ type }) => type)).toEqual(["payment.confirm"]);
});

test("notice_onlyAsksToss_anyStateOfTheOrder", () => {
  for (const its of [paying(), declines(paying(), 1), paid()]) {
    const { state } = its;
    its.does("payment.notice", { paymentKey: KEY });
    expect(its.state).toBe(state);
    expect(its.effects.at(-1)).toEqual({
      id: "lookup:1",
      type: "payment.lookup",
      attempt: 1,
      paymentKey: KEY,
      amount: 10_000,
    });
  }
});

test("notice_isRefused_keyOfNoPaymentHere", () => {
  expect(paying().refusal("payment.notice", { paymentKey: "somebody-elses" })).toBe("PAYMENT_NOT_FOUND");
});
