/**
 * A second payment method that only these tests know: a virtual account, which the buyer pays into days after the
 * order. It joins by the policy alone; the order machine does not know of it.
 */
import { expect, test } from "bun:test";
import {
  balanceOf,
  DAY_MS,
  defaultPolicy,
  later,
  type OrderPolicy,
  type PaymentMethodRules,
} from "../../machines/mod.ts";
import { createOrderMachine } from "../../machines/order/machine.ts";
import {
  type Basket,
  bodyOf,
  cancels,
  captures,
  declines,
  of,
  ordered,
  pays,
  refunds,
  type Story,
  story,
} from "./builders.ts";

const virtualAccount: PaymentMethodRules = {
  type: "virtualAccount",
  minimum: 1_000,
  limit: 10_000_000,
  tossMethods: ["가상계좌"],
};

const policy: OrderPolicy = {
  ...defaultPolicy,
  paymentMethods: { ...defaultPolicy.paymentMethods, virtualAccount },
};

const bodyFor = (basket: Basket) => bodyOf(basket, { paymentMethod: { type: "virtualAccount" } });

/** Ordered by virtual account, the account issued, and no money in it yet. */
const awaiting = (): Story =>
  pays(story(policy).does("order.place", bodyFor({ tea: [3, 1_000] }))).does("payment.await", { attempt: 1 });

test("virtualAccount_leavesTheMachineAsItIs_anotherPolicy", () => {
  const { definition } = createOrderMachine(policy);
  expect(JSON.stringify(definition)).toBe(JSON.stringify(createOrderMachine(defaultPolicy).definition));
});

test("await_staysPaying_untilTheDeposit", () => {
  const its = awaiting();
  expect(its.state).toBe("paying");
  expect(its.order.payments[0]?.status).toBe("awaiting");
  expect(its.timers).toEqual([]);
  captures(its.wait(3 * DAY_MS), 1);
  expect(its.state).toBe("paid");
});

test("autoConfirm_countsFromTheDeposit_notFromTheOrder", () => {
  const its = captures(awaiting().wait(3 * DAY_MS), 1);
  expect(its.order.autoConfirmAt).toBe(later(its.now, policy.autoConfirmAfterMs));
});

test("decline_leadsBackToOrdered_depositNeverCame", () => {
  const its = declines(awaiting().wait(3 * DAY_MS), 1);
  expect(its.state).toBe("ordered");
  expect(its.does("order.expire", {}).state).toBe("expired");
});

test("lateDeposit_goesBackInFull_orderExpired", () => {
  const its = declines(awaiting().wait(3 * DAY_MS), 1).does("order.expire", {});
  captures(its, 1);
  expect(its.order.payments[0]?.status).toBe("strayRefunding");
});

test("await_isRefused_toldTwiceOrTooLate", () => {
  const its = awaiting();
  expect(its.refusal("payment.await", { attempt: 1 })).toBe("PAYMENT_ALREADY_RESOLVED");
  expect(captures(its, 1).refusal("payment.await", { attempt: 1 })).toBe("PAYMENT_ALREADY_RESOLVED");
});

test("payAndCancel_waitForTheDeposit_accountIssued", () => {
  const its = awaiting();
  expect(its.refusal("payment.request", { paymentKey: "k", amount: 3_000 })).toBe("PAYMENT_IN_PROGRESS");
  expect(its.refusal("cancellation.request", { reason: "r" })).toBe("PAYMENT_IN_PROGRESS");
});

test("refund_isThatOfAnyPayment_depositCaptured", () => {
  const its = captures(awaiting(), 1);
  refunds(its, cancels(its, of("tea", 1)));
  expect(its.state).toBe("partiallyRefunded");
  refunds(its, cancels(its));
  expect([its.state, balanceOf(its.order)]).toEqual(["refunded", 0]);
});

test("place_keepsTheMethodsOwnLimits_besideTheCards", () => {
  const refusal = (price: number) => story(policy).refusal("order.place", bodyFor({ tea: [1, price] }));
  expect(refusal(999)).toBe("AMOUNT_BELOW_MINIMUM");
  expect(refusal(10_000_001)).toBe("AMOUNT_OVER_LIMIT");
  expect(ordered({ tea: [1, 10_000_001] }, policy).order.paymentMethod.type).toBe("card");
  expect(story().refusal("order.place", bodyFor({ tea: [1, 1_000] }))).toBe("PAYMENT_METHOD_NOT_ACCEPTED");
});
