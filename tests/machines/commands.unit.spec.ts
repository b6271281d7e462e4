import { expect, test } from "bun:test";
import type { TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import {
  CancellationId,
  Customer,
  cardRules,
  commandData,
  EffectId,
  OrderId,
  PaymentKey,
  PaymentMethod,
  ProductId,
  type RefusalCode,
} from "../../machines/mod.ts";
import { refuseInState } from "../../machines/order/refusals.ts";

const takes = (schema: TSchema, value: unknown): boolean => Value.Check(schema, value);

// The right-hand ones are a character too short, too long or of another alphabet.
const texts: [string, TSchema, string[], string[]][] = [
  ["OrderId", OrderId, ["order_", "a".repeat(64)], ["order", "a".repeat(65), "order 1", "order/1"]],
  ["ProductId", ProductId, ["a", "a.b:c_d-1"], ["", "a".repeat(65), "a/b", "차"]],
  ["PaymentKey", PaymentKey, ["a", "tviva_=-1"], ["", "a".repeat(201), "a.b", "a b"]],
  ["CancellationId", CancellationId, ["1", "9999"], ["", "0", "01", "10000", "a"]],
  ["EffectId", EffectId, ["stray:1", "refund:12:3"], ["stray", "stray:0", "refund:1:2:3", "Stray:1", ":1"]],
];

test.each(texts)("text_isOfItsAlphabetAndLength_%s", (_, schema, good, bad) => {
  expect(good.filter((text) => !takes(schema, text))).toEqual([]);
  expect(bad.filter((text) => takes(schema, text))).toEqual([]);
});

test("customer_hasAnIdANameAndAPhone_asShopsWriteThem", () => {
  const customer = { id: "hong@example.com", name: "홍길동", phone: "+82 (10) 1234-5678" };
  expect(takes(Customer, customer)).toBe(true);
  const wrong = [
    { ...customer, id: "" },
    { ...customer, id: "a b" },
    { ...customer, name: "" },
    { ...customer, name: "a".repeat(101) },
    { ...customer, name: "a\u0000b" },
    { ...customer, phone: "123456" },
    { ...customer, phone: "call me maybe" },
    { ...customer, email: "hong@example.com" },
  ];
  expect(wrong.filter((one) => takes(Customer, one))).toEqual([]);
});

test("paymentMethod_isNamedByAWord_andNothingElse", () => {
  expect(takes(PaymentMethod, { type: "virtual_account" })).toBe(true);
  const wrong = [{}, { type: "" }, { type: "a b" }, { type: "a".repeat(33) }, { type: "card", number: "4" }];
  expect(wrong.filter((one) => takes(PaymentMethod, one))).toEqual([]);
});

test("card_isWhatTossCallsA카드_fromItsMinimumOn", () => {
  expect(cardRules).toEqual({ type: "card", minimum: 100, limit: 50_000_000, tossMethods: ["카드"] });
});

test("lines_areAtMost200_inACancellationOrConfirmation", () => {
  const line = (i: number) => ({ productId: `p${i}`, quantity: 1 });
  const lines = Array.from({ length: 201 }, (_, i) => line(i));
  for (const [schema, rest] of [
    [commandData["purchase.confirm"], {}],
    [commandData["cancellation.request"], { reason: "r" }],
  ] as const) {
    expect(takes(schema, { ...rest, lines: lines.slice(1) })).toBe(true);
    expect(takes(schema, { ...rest, lines })).toBe(false);
    expect(takes(schema, { ...rest, lines: [] })).toBe(false);
    expect(takes(schema, { ...rest, lines: [{ ...line(1), quantity: 0 }] })).toBe(false);
    expect(takes(schema, { ...rest, lines: [{ ...line(1), quantity: 1.5 }] })).toBe(false);
  }
});

test("wordsOfToss_areOfALengthThatAnOrderCanKeep_declineAndFailure", () => {
  const word = { attempt: 1, code: "c".repeat(100), message: "m".repeat(510) };
  const schema = commandData["payment.decline"];
  expect(takes(schema, word)).toBe(true);
  expect(takes(schema, { ...word, code: "c".repeat(101) })).toBe(false);
  expect(takes(schema, { ...word, message: "m".repeat(511) })).toBe(false);
  expect(takes(schema, { ...word, attempt: 0 })).toBe(false);
});

// What the machine has no transition for, by the state that it is asked in.
const refused: [
  Parameters<typeof refuseInState>[1],
  Parameters<typeof refuseInState>[2],
  RefusalCode,
  RegExp,
][] = [
  ["paid", "payment.request", "ORDER_NOT_PAYABLE", /^Order o-1 is paid\. Only an ordered, unpaid order/],
  ["paying", "payment.request", "PAYMENT_IN_PROGRESS", /^Order o-1 is paying\. Wait for the payment/],
  ["paying", "cancellation.request", "PAYMENT_IN_PROGRESS", /^Order o-1 is paying\. Wait/],
  ["ordered", "purchase.confirm", "ORDER_NOT_CONFIRMABLE", /^Order o-1 is ordered\. Only a paid order/],
  ["paying", "purchase.confirm", "ORDER_NOT_CONFIRMABLE", /^Order o-1 is paying\. Only a paid order/],
  ["expired", "cancellation.request", "ORDER_NOT_CANCELABLE", /^Order o-1 is expired\. An order can be/],
  ["ordered", "cancellation.restock", "CANCELLATION_NOT_FOUND", /^Order o-1 is ordered\. Nothing was/],
  ["ordered", "cancellation.withdraw", "CANCELLATION_NOT_FOUND", /is ordered\. Nothing/],
  ["ordered", "refund.begin", "CANCELLATION_NOT_FOUND", /is ordered\. Nothing/],
  ["ordered", "refund.retry", "CANCELLATION_NOT_FOUND", /is ordered\. Nothing/],
  ["ordered", "refund.complete", "CANCELLATION_NOT_FOUND", /is ordered\. Nothing/],
  ["ordered", "refund.fail", "CANCELLATION_NOT_FOUND", /is ordered\. Nothing/],
  ["paid", "order.expire", "TIMER_NOT_DUE", /is paid\. Nothing/],
  ["ordered", "purchase.autoConfirm", "TIMER_NOT_DUE", /is ordered\. Nothing/],
  ["paid", "order.place", "ORDER_ALREADY_EXISTS", /is paid\. Nothing/],
  ["ordered", "payment.differ", "PAYMENT_NOT_FOUND", /is ordered\. Nothing/],
];

test.each(refused)("refuseInState_saysWhereTheOrderIsAndWhatHelps %s %s", (state, command, code, message) => {
  const refusal = refuseInState("o-1", state, command);
  expect(refusal.code).toBe(code);
  expect(refusal.message).toMatch(message);
});
