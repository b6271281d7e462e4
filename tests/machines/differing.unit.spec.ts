import { expect, test } from "bun:test";
import { balanceOf, transactionsOf } from "../../machines/mod.ts";
import { beginsRefund, cancels, completes, of, paid, paying } from "./builders.ts";

const differ = (balance: number, expected = 10_000) => ({ attempt: 1, balance, expected });

test("differ_isHeardOnceAndMovesNoMoney_cancelledByOtherHands", () => {
  const its = paid();
  const before = transactionsOf(its.order);
  its.does("payment.differ", differ(6_000));
  expect(its.events.at(-1)).toMatchObject({
    type: "payment.differs",
    from: "paid",
    to: "paid",
    data: { balance: 6_000, expected: 10_000 },
  });
  expect([balanceOf(its.order), transactionsOf(its.order)]).toEqual([10_000, before]);
  expect(its.refusal("payment.differ", differ(6_000))).toBe("PAYMENT_ALREADY_RESOLVED");
  its.does("payment.differ", differ(5_000));
});

test("differ_isRefused_refundUnderWayExplainsIt", () => {
  const its = paid();
  const id = cancels(its, of("tea", 1));
  beginsRefund(its, id);
  expect(its.refusal("payment.differ", differ(9_000))).toBe("PAYMENT_ALREADY_RESOLVED");
  its.does("payment.differ", differ(5_000));
});

test("differ_isRefused_moneyMovedSinceTossWasAsked", () => {
  const its = paid();
  const id = cancels(its, of("tea", 1));
  completes(beginsRefund(its, id), id);
  expect(its.refusal("payment.differ", differ(6_000))).toBe("PAYMENT_ALREADY_RESOLVED");
  its.does("payment.differ", differ(6_000, 9_000));
});

test("differ_isRefused_nothingWasCaptured", () => {
  expect(paying().refusal("payment.differ", differ(6_000))).toBe("PAYMENT_NOT_FOUND");
});
