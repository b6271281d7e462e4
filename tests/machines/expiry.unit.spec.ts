import { expect, test } from "bun:test";
import { MINUTE_MS } from "../../machines/mod.ts";
import { captures, declines, ordered, paid, paying, pays } from "./builders.ts";

test("expire_closesTheOrder_notPaidInTime", () => {
  const its = ordered({ tea: [1, 1_000] }, { paymentWindowMs: 15 * MINUTE_MS });
  its.wait(15 * MINUTE_MS).does("order.expire", {});
  expect(its.state).toBe("expired");
  expect(its.timers).toEqual([]);
});

test("expire_isRefused_oneMillisecondEarly", () => {
  expect(
    ordered()
      .wait(30 * MINUTE_MS - 1)
      .refusal("order.expire", {}),
  ).toBe("TIMER_NOT_DUE");
});

test("expire_isRefused_paymentUnderWayOrDone", () => {
  expect(
    paying()
      .wait(60 * MINUTE_MS)
      .refusal("order.expire", {}),
  ).toBe("TIMER_NOT_DUE");
  expect(
    paid()
      .wait(60 * MINUTE_MS)
      .refusal("order.expire", {}),
  ).toBe("TIMER_NOT_DUE");
});

test("paying_hasNoTimer_howeverLongTossTakes", () => {
  const its = paying().wait(24 * 60 * MINUTE_MS);
  expect(its.timers).toEqual([]);
  expect(captures(its, 1).state).toBe("paid");
});

test("expire_isDueAtOnce_declinedAfterTheWindow", () => {
  const its = declines(paying().wait(31 * MINUTE_MS), 1);
  expect(its.state).toBe("ordered");
  const [timer] = its.timers;
  expect(timer?.dueAt && timer.dueAt <= its.now).toBe(true);
  expect(its.does("order.expire", {}).state).toBe("expired");
});

test("expire_keepsTheFirstWindow_declinedAndPaidAgain", () => {
  const its = declines(paying().wait(10 * MINUTE_MS), 1);
  const { expiresAt } = its.order;
  declines(pays(its), 2);
  expect(its.order.expiresAt).toBe(expiresAt);
  expect(its.timers.map(({ id, dueAt }) => [id, dueAt])).toEqual([["expiry", expiresAt]]);
});
