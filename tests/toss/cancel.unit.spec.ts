import { expect, test } from "bun:test";
import fc from "fast-check";
import { cancel } from "./payments/cancel.ts";
import { confirm } from "./payments/confirm.ts";
import type { PaymentRecord } from "./payments/payment.ts";
import { authenticated, openPayment } from "./payments/session.ts";

const TOTAL = 15_000;
const at = Date.parse("2026-11-23T01:02:03Z");

function paidRecord(): PaymentRecord {
  const session = { orderId: "order-000001", amount: TOTAL };
  const opened = openPayment(session, { paymentKey: "key", mId: "mid", secret: "ps" }, at);
  const step = confirm(authenticated(opened, at), { ...session, paymentKey: "key" }, at, "T0");
  if (!step.ok) throw new Error(step.code);
  return step.record;
}

/** Some cancels: with or without an amount, with or without a guard. */
const cancels = fc.array(
  fc.record(
    { cancelAmount: fc.integer({ min: 1, max: TOTAL + 1 }), refundableAmount: fc.nat(TOTAL) },
    { requiredKeys: [] },
  ),
  { maxLength: 12 },
);

test("cancel_neverRefundsMoreThanWasPaid_anySequence", () => {
  fc.assert(
    fc.property(cancels, (requests) => {
      let record = paidRecord();
      let refunded = 0;
      requests.forEach((request, n) => {
        const before = record.payment;
        const step = cancel(record, { ...request, cancelReason: "r" }, at, `T${n + 1}`);
        if (!step.ok) return;
        record = step.record;
        refunded += step.transaction.amount;
        expect(request.refundableAmount ?? before.balanceAmount).toBe(before.balanceAmount);
        expect(record.payment.cancels?.slice(0, -1)).toEqual([...(before.cancels ?? [])]);
      });
      const { balanceAmount, totalAmount, suppliedAmount, vat, cancels, status } = record.payment;
      expect(balanceAmount).toBe(TOTAL - refunded);
      expect(balanceAmount).toBeGreaterThanOrEqual(0);
      expect(totalAmount).toBe(TOTAL);
      expect(suppliedAmount + vat).toBe(balanceAmount);
      expect(status === "CANCELED").toBe(balanceAmount === 0 && cancels?.length === 1);
    }),
    { numRuns: 1_000 },
  );
});
