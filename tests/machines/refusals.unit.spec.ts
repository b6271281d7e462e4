import { expect, test } from "bun:test";
import {
  commandTypes,
  createOrderDomain,
  defaultPolicy,
  type OrderCommand,
  type RefusalCode,
  refusalCodes,
} from "../../machines/mod.ts";
import {
  beginsRefund,
  bodyOf,
  cancels,
  captureOf,
  completionOf,
  decideFrozen,
  declines,
  KEY,
  ORDER_ID,
  of,
  ordered,
  paid,
  paying,
  pays,
  refunds,
  START,
  type Story,
  story,
} from "./builders.ts";
import { paymentModel, pieceModel, statesOf } from "./model.ts";

const first = { cancellationId: "1" };
const reason = "r";

/** A paid order with one cancellation, brought on by `then`. */
const canceling = (then?: (its: Story, id: string) => void): Story => {
  const its = paid();
  const id = cancels(its, of("tea", 2));
  then?.(its, id);
  return its;
};

/** One way to be told each code. The type asks for every code, so a new one does not compile without its case. */
const cases: Record<RefusalCode, () => RefusalCode> = {
  ORDER_ALREADY_EXISTS: () => ordered().refusal("order.place", bodyOf({ tea: [1, 1_000] })),
  ORDER_NOT_FOUND: () => story().refusal("purchase.confirm", {}),
  TOO_MANY_LINES: () =>
    story({ maxLines: 1 }).refusal("order.place", bodyOf({ tea: [1, 1_000], cup: [1, 1_000] })),
  DUPLICATE_PRODUCT: () => paid().refusal("purchase.confirm", { lines: [of("tea", 1), of("tea", 1)] }),
  TOTAL_MISMATCH: () => story().refusal("order.place", bodyOf({ tea: [1, 1_000] }, { totalAmount: 999 })),
  AMOUNT_OUT_OF_RANGE: () =>
    story().refusal("order.place", bodyOf({ tea: [2, Number.MAX_SAFE_INTEGER] }, { totalAmount: 1 })),
  AMOUNT_BELOW_MINIMUM: () => story().refusal("order.place", bodyOf({ tea: [1, 99] })),
  AMOUNT_OVER_LIMIT: () => story().refusal("order.place", bodyOf({ tea: [1, 50_000_001] })),
  PAYMENT_METHOD_NOT_ACCEPTED: () =>
    story().refusal("order.place", bodyOf({ tea: [1, 1_000] }, { paymentMethod: { type: "cash" } })),
  ORDER_NOT_PAYABLE: () => paid().refusal("payment.request", { paymentKey: "k", amount: 10_000 }),
  PAYMENT_IN_PROGRESS: () => paying().refusal("cancellation.request", { reason }),
  PAYMENT_AMOUNT_MISMATCH: () => ordered().refusal("payment.request", { paymentKey: "k", amount: 1 }),
  PAYMENT_KEY_IN_USE: () =>
    declines(paying(), 1).refusal("payment.request", { paymentKey: KEY, amount: 10_000 }),
  PAYMENT_ATTEMPTS_EXHAUSTED: () =>
    declines(pays(ordered({ tea: [1, 1_000] }, { maxPaymentAttempts: 1 })), 1).refusal("payment.request", {
      paymentKey: "k",
      amount: 1_000,
    }),
  PAYMENT_NOT_FOUND: () => ordered().refusal("payment.notice", { paymentKey: "k" }),
  PAYMENT_ALREADY_RESOLVED: () => paid().refusal("payment.await", { attempt: 1 }),
  ORDER_NOT_CONFIRMABLE: () => ordered().refusal("purchase.confirm", {}),
  ORDER_NOT_CANCELABLE: () =>
    ordered().does("cancellation.request", { reason }).refusal("cancellation.request", { reason }),
  UNPAID_CANCEL_IS_WHOLE: () => ordered().refusal("cancellation.request", { reason, lines: [of("tea", 1)] }),
  LINE_NOT_FOUND: () => paid().refusal("purchase.confirm", { lines: [of("pot", 1)] }),
  QUANTITY_EXCEEDS_LINE: () => paid().refusal("purchase.confirm", { lines: [of("tea", 4)] }),
  ITEM_ALREADY_CONFIRMED: () =>
    paid()
      .does("purchase.confirm", {})
      .refusal("cancellation.request", { reason, lines: [of("tea", 1)] }),
  ITEM_ALREADY_CANCELING: () => canceling().refusal("purchase.confirm", { lines: [of("tea", 2)] }),
  ITEM_ALREADY_REFUNDED: () => canceling(refunds).refusal("purchase.confirm", { lines: [of("tea", 2)] }),
  NOTHING_TO_CONFIRM: () => paid().does("purchase.confirm", {}).refusal("purchase.confirm", {}),
  NOTHING_TO_CANCEL: () => paid().does("purchase.confirm", {}).refusal("cancellation.request", { reason }),
  TOO_MANY_CANCELLATIONS: () =>
    paid(undefined, { maxCancellations: 0 }).refusal("cancellation.request", { reason }),
  CANCELLATION_NOT_FOUND: () => paid().refusal("cancellation.restock", first),
  CANCELLATION_ALREADY_RESTOCKED: () => canceling(beginsRefund).refusal("cancellation.withdraw", first),
  CANCELLATION_NOT_RESTOCKED: () => canceling().refusal("refund.begin", first),
  CANCELLATION_WITHDRAWN: () =>
    canceling().does("cancellation.withdraw", first).refusal("cancellation.restock", first),
  REFUND_IN_PROGRESS: () => {
    const its = canceling(beginsRefund);
    const cancellationId = cancels(its, of("tea", 1));
    return its.does("cancellation.restock", { cancellationId }).refusal("refund.begin", { cancellationId });
  },
  REFUND_NOT_FAILED: () => canceling(beginsRefund).refusal("refund.retry", first),
  REFUND_AMOUNT_MISMATCH: () => {
    const its = canceling(beginsRefund);
    return its.refusal("refund.complete", { ...completionOf(its.order, "1"), amount: 1 });
  },
  REFUND_ALREADY_COMPLETED: () => {
    const its = canceling(refunds);
    return its.refusal("refund.complete", completionOf(its.order, "1"));
  },
  TIMER_NOT_DUE: () => ordered().refusal("order.expire", {}),
};

test.each([...refusalCodes])("refusal_hasARuleThatTellsIt_%s", (code) => {
  expect(cases[code]()).toBe(code);
});

const oneOfEach = (order: Story["order"]): OrderCommand[] => {
  const data: { [T in OrderCommand["type"]]: Extract<OrderCommand, { type: T }>["data"] } = {
    "order.place": bodyOf({ tea: [1, 1_000] }),
    "payment.request": { paymentKey: "another-key", amount: order.totalAmount },
    "purchase.confirm": {},
    "cancellation.request": { reason },
    "cancellation.restock": first,
    "cancellation.withdraw": first,
    "refund.retry": first,
    "payment.notice": { paymentKey: KEY },
    "order.expire": {},
    "purchase.autoConfirm": {},
    "refund.begin": first,
    "payment.capture": captureOf(order, 1),
    "payment.await": { attempt: 1 },
    "payment.decline": { attempt: 1, code: "NO", message: "no" },
    "refund.complete": completionOf(order, "1"),
    "refund.fail": { ...first, code: "NO", message: "no" },
    "stray.complete": { attempt: 1 },
    "stray.fail": { attempt: 1, code: "NO", message: "no" },
    "effect.retry": { effectId: "stray:1" },
    "payment.differ": { attempt: 1, balance: 1, expected: order.totalAmount },
  };
  return commandTypes.map((type) => ({ type, data: data[type], at: START, id: "1" }) as OrderCommand);
};

test.each([paymentModel, pieceModel])(
  "decide_acceptsOrRefusesWithACode_everyCommandInEveryState_$name",
  (model) => {
    let refused = 0;
    for (const order of statesOf(model)) {
      const before = JSON.stringify(order);
      for (const command of oneOfEach(order.context)) {
        const decision = decideFrozen(model.domain, order, command);
        if (decision.accepted) continue;
        refused += 1;
        expect(refusalCodes).toContain(decision.refusal.code);
        expect(decision.refusal.message).toEndWith("Nothing was changed.");
      }
      expect(JSON.stringify(order)).toBe(before);
    }
    expect(refused).toBeGreaterThan(1_000);
  },
);

test("decide_isPure_sameCommandTwice", () => {
  for (const order of statesOf(paymentModel)) {
    for (const command of oneOfEach(order.context)) {
      const twice = [1, 2].map(() => JSON.stringify(decideFrozen(paymentModel.domain, order, command)));
      expect(twice[0]).toBe(twice[1] ?? "");
    }
  }
});

test("refusal_namesNoPerson_anyCode", () => {
  const { decide } = createOrderDomain(defaultPolicy);
  const { snapshot, order } = paid();
  for (const command of oneOfEach(order)) {
    const decision = decide(snapshot, ORDER_ID, command);
    const said = JSON.stringify(decision.accepted ? [decision.event, decision.effects] : decision.refusal);
    expect(said).not.toContain(order.customer.name);
    expect(said).not.toContain(order.customer.phone);
  }
});
