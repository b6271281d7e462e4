import { expect, test } from "bun:test";
import { Value } from "@sinclair/typebox/value";
import { commandData, createOrderDomain, defaultPolicy } from "../../machines/mod.ts";
import { bodyOf, KEY, ORDER_ID, ordered, START, story } from "./builders.ts";

const placing = (body: unknown) => Value.Check(commandData["order.place"], body);

test("place_isOrderedWithItsLines_manyProducts", () => {
  const its = ordered({ tea: [3, 1_000], cup: [1, 7_000], pot: [2, 25_000] });
  expect(its.state).toBe("ordered");
  expect(its.order).toMatchObject({
    orderId: ORDER_ID,
    totalAmount: 60_000,
    refundedAmount: 0,
    payments: [],
    cancellations: [],
    paymentMethod: { type: "card" },
    placedAt: START,
  });
  expect(its.order.lines.map(({ productId, quantity }) => [productId, quantity])).toEqual([
    ["tea", 3],
    ["cup", 1],
    ["pot", 2],
  ]);
});

test("place_leavesAnEventWithoutPersonalData_anyOrder", () => {
  const [event] = ordered().events;
  expect(event).toEqual({
    type: "order.placed",
    at: START,
    from: null,
    to: "ordered",
    data: { totalAmount: 10_000, lines: 2 },
  });
});

test("place_doesNothingOutside_anyOrder", () => {
  expect(ordered().effects).toEqual([]);
});

test("place_isNoCommand_withoutALine", () => {
  expect(placing(bodyOf({ tea: [1, 100] }))).toBe(true);
  expect(placing(bodyOf({ tea: [1, 100] }, { lines: [] }))).toBe(false);
});

test("place_isRefusedByTheDomainToo_withoutALine", () => {
  const { decide } = createOrderDomain(defaultPolicy);
  const data = bodyOf({}, { totalAmount: 0 });
  expect(decide(null, ORDER_ID, { type: "order.place", data, at: START, id: "1" }).accepted).toBe(false);
});

test.each([0, -1, 1.5, 10_001, Number.NaN])("place_isNoCommand_quantityOf%p", (quantity) => {
  expect(placing(bodyOf({ tea: [quantity, 100] }))).toBe(false);
});

test.each([0, -100, 99.5, 2 ** 53, Number.POSITIVE_INFINITY])("place_isNoCommand_unitPriceOf%p", (price) => {
  expect(placing(bodyOf({ tea: [1, price] }, { totalAmount: 100 }))).toBe(false);
});

test("place_isRefused_sameProductOnTwoLines", () => {
  const line = { productId: "tea", quantity: 1, unitPrice: 1_000 };
  const body = bodyOf({}, { lines: [line, line], totalAmount: 2_000 });
  expect(story().refusal("order.place", body)).toBe("DUPLICATE_PRODUCT");
});

test.each([9_999, 10_001])("place_isRefused_totalOf%pForLinesOf10000", (totalAmount) => {
  const body = bodyOf({ tea: [10, 1_000] }, { totalAmount });
  expect(story().refusal("order.place", body)).toBe("TOTAL_MISMATCH");
});

test("place_keepsTheCardsLimits_atAndBeyondEach", () => {
  expect(ordered({ pin: [1, 100] }).state).toBe("ordered");
  expect(story().refusal("order.place", bodyOf({ pin: [1, 99] }))).toBe("AMOUNT_BELOW_MINIMUM");
  expect(ordered({ car: [1, 50_000_000] }).state).toBe("ordered");
  expect(story().refusal("order.place", bodyOf({ car: [1, 50_000_001] }))).toBe("AMOUNT_OVER_LIMIT");
});

test("place_isRefused_moreLinesThanThePolicyAllows", () => {
  const two = bodyOf({ tea: [1, 1_000], cup: [1, 1_000] });
  expect(story({ maxLines: 1 }).refusal("order.place", two)).toBe("TOO_MANY_LINES");
  expect(story({ maxLines: 2 }).does("order.place", two).state).toBe("ordered");
});

test.each([
  ["oneLine", { gold: [10_000, Number.MAX_SAFE_INTEGER] }],
  ["theSumOfLines", { gold: [1, Number.MAX_SAFE_INTEGER], tea: [1, 1] }],
] as const)("place_isRefused_overflowIn_%s", (_, basket) => {
  const body = bodyOf(basket, { totalAmount: Number.MAX_SAFE_INTEGER });
  expect(story().refusal("order.place", body)).toBe("AMOUNT_OUT_OF_RANGE");
});

// The last ones are names that every JavaScript object answers to.
test.each(["transfer", "Card", "constructor", "toString", "__proto__"])(
  "place_isRefused_paymentMethod_%s",
  (type) => {
    const body = bodyOf({ tea: [1, 1_000] }, { paymentMethod: { type } });
    expect(story().refusal("order.place", body)).toBe("PAYMENT_METHOD_NOT_ACCEPTED");
  },
);

test("place_isRefused_orderIsThereAlready", () => {
  expect(ordered().refusal("order.place", bodyOf({ tea: [1, 1_000] }))).toBe("ORDER_ALREADY_EXISTS");
});

test("anyOtherCommand_isRefused_noOrderThere", () => {
  expect(story().refusal("payment.request", { paymentKey: KEY, amount: 100 })).toBe("ORDER_NOT_FOUND");
});
