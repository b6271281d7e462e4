import { expect, test } from "bun:test";
import { InvariantError, type Order, type OrderLine } from "../../machines/mod.ts";
import { assertInvariants } from "../../machines/order/invariants.ts";
import { beginsRefund, cancels, of, ordered, paid, refunds, type Story } from "./builders.ts";

const BASKET = { tea: [3, 1_000], cup: [2, 1_000] } as const;

/** Paid, one tea refunded, one cup's refund in flight, one tea's cancellation requested. */
const busy = (): Story => {
  const its = paid(BASKET);
  refunds(its, cancels(its, of("tea", 1)));
  beginsRefund(its, cancels(its, of("cup", 1)));
  cancels(its, of("tea", 1));
  return its;
};

const withLine = (order: Order, productId: string, change: Partial<OrderLine>): Order => ({
  ...order,
  lines: order.lines.map((line) => (line.productId === productId ? { ...line, ...change } : line)),
});

const withCancellation = (
  order: Order,
  id: string,
  change: Partial<Order["cancellations"][number]>,
): Order => ({
  ...order,
  cancellations: order.cancellations.map((one) => (one.id === id ? { ...one, ...change } : one)),
});

/** Each breaks a sound order in one place; what the error must name. */
const broken: readonly (readonly [string, (order: Order) => Order])[] = [
  ["in two places", (order) => withLine(order, "tea", { confirmed: 2 })],
  ["in two places", (order) => withLine(order, "cup", { confirmed: -1 })],
  ["its cancellations differ", (order) => withLine(order, "tea", { canceling: 0 })],
  ["its cancellations differ", (order) => withLine(order, "tea", { refunded: 0 })],
  ["its cancellations differ", (order) => withCancellation(order, "3", { state: "withdrawn" })],
  ["not worth its pieces", (order) => withCancellation(order, "2", { amount: 999 })],
  ["the total differs", (order) => ({ ...order, totalAmount: 5_001 })],
  ["not worth its pieces", (order) => withLine(order, "cup", { unitPrice: 1 })],
  ["the total differs", (order) => withLine(order, "cup", { quantity: 3 })],
  ["refunds and cancellations differ", (order) => ({ ...order, refundedAmount: 0 })],
  ["paid twice", (order) => ({ ...order, payments: [...order.payments, ...order.payments] })],
  ["pieces were moved", (order) => ({ ...order, payments: [] })],
  ["two refunds are in flight", (order) => withCancellation(order, "3", { state: "refunding" })],
];

test("assertInvariants_saysNothing_soundOrders", () => {
  for (const its of [ordered(), paid(), busy()]) expect(assertInvariants(its.order)).toBeUndefined();
});

test.each(broken)("assertInvariants_stopsTheCommand_%s", (named, breaks) => {
  const check = () => assertInvariants(breaks(busy().order));
  expect(check).toThrow(InvariantError);
  expect(check).toThrow(named);
});

test("assertInvariants_stopsTheCommand_refundsOfTheWrongLineAtTheSamePrice", () => {
  const its = paid(BASKET);
  refunds(its, cancels(its, of("tea", 1)));
  const swapped = withLine(withLine(its.order, "tea", { refunded: 0 }), "cup", { refunded: 1 });
  expect(() => assertInvariants(swapped)).toThrow(InvariantError);
});

test("assertInvariants_stopsTheCommand_unpaidOrderIsConfirmed", () => {
  expect(() => assertInvariants(withLine(ordered().order, "tea", { confirmed: 1 }))).toThrow(InvariantError);
});
