import { type RefundEffect, refundTag } from "../../../machines/mod.ts";
import type { TossPayment, TossReply } from "../../toss.ts";
import { findCancel, foreign } from "./payment.ts";
import type { Try } from "./try.ts";
import { again, done, parked, type Result, type Verdict } from "./verdict.ts";

/**
 * Gives money back, once. Two guards beside the idempotency key: `refundableAmount`, which Toss compares with the
 * balance it holds, and our tag in `cancelReason`, by which a refund that took place is found again.
 */
export const runRefund = async (effect: RefundEffect, run: Try): Promise<Verdict> => {
  // Whatever ran before under another key may have moved the money: a new key without a look is a second refund.
  if (effect.lookFirst || run.uncertain) {
    const found = await lookUp(effect, run);
    if (found.kind === "refunded") return found.verdict;
    if (found.kind === "unknown") return again(found.reason, { uncertain: true });
  }
  const { paymentKey, amount: cancelAmount, refundable: refundableAmount, reason: cancelReason } = effect;
  const request = { paymentKey, cancelAmount, refundableAmount, cancelReason };
  const reply = await run.toss.cancel(request, run.idempotencyKey);

  switch (reply.kind) {
    case "payment":
      return (
        completed(effect, reply.payment) ?? again("Toss answered without our cancel", { uncertain: true })
      );
    case "declined":
      return run.uncertain ? judgeError(effect, run, reply) : failed(effect, reply.code, reply.message);
    case "settled":
    case "retryable":
      return judgeError(effect, run, reply);
    case "unknown":
      return again(reply.reason, { uncertain: true });
    case "notSent":
      return again(reply.reason, { uncertain: run.uncertain });
    case "misconfigured":
      return again(`${reply.code}: ${reply.message}`, { uncertain: run.uncertain, loud: true });
  }
};

/** The completion of this refund, if Toss' record of the payment holds it. */
const completed = (effect: RefundEffect, payment: TossPayment): Verdict | undefined => {
  const result = completionOf(effect, payment);
  return result && done(result);
};

export const completionOf = (
  effect: Pick<RefundEffect, "for" | "amount">,
  payment: TossPayment,
): Result | undefined => {
  const stray = "strayAttempt" in effect.for;
  const cancel = findCancel(payment, stray ? "[STRAY]" : refundTag(effect.for.cancellationId), effect.amount);
  if (!cancel) return undefined;
  if (stray) return strayCompletion(effect.for.strayAttempt, payment);
  return {
    type: "refund.complete",
    data: {
      cancellationId: effect.for.cancellationId,
      amount: cancel.cancelAmount,
      transactionKey: cancel.transactionKey,
      canceledAt: cancel.canceledAt,
    },
  };
};

/** Where one cancel brought all of it back, settlement knows its row by that cancel's key. */
export const strayCompletion = (attempt: number, payment: TossPayment): Result => {
  const whole = payment.cancels?.find(({ cancelAmount }) => cancelAmount === payment.totalAmount);
  return {
    type: "stray.complete",
    data: { attempt, ...(whole && { transactionKey: whole.transactionKey, canceledAt: whole.canceledAt }) },
  };
};

const failed = (effect: RefundEffect, code: string, message: string): Verdict => {
  const text = { code, message: message.slice(0, 510) };
  if ("cancellationId" in effect.for) {
    return done({ type: "refund.fail", data: { cancellationId: effect.for.cancellationId, ...text } });
  }
  // A cancellation has a retry of its own, a stray payment has not: the work itself is kept.
  const result: Result = { type: "stray.fail", data: { attempt: effect.for.strayAttempt, ...text } };
  return parked(`${code}: ${message}`, result);
};

type Found =
  | { readonly kind: "refunded"; readonly verdict: Verdict }
  | { readonly kind: "notRefunded" }
  | { readonly kind: "unknown"; readonly reason: string };

const lookUp = async (effect: RefundEffect, run: Try): Promise<Found> => {
  const found = await run.toss.lookup(effect.paymentKey);
  if (found.kind !== "payment") {
    return { kind: "unknown", reason: "reason" in found ? found.reason : `${found.code}: ${found.message}` };
  }
  const different = foreign(found.payment, { orderId: run.orderId, paymentKey: effect.paymentKey });
  if (different) return { kind: "unknown", reason: `the payment at Toss is not this order's: ${different}` };
  const verdict = completed(effect, found.payment);
  return verdict ? { kind: "refunded", verdict } : { kind: "notRefunded" };
};

type ErrorReply = Extract<TossReply, { code: string }>;

/** Looks whether the refund took place after an error reply, and judges by that alone. */
const judgeError = async (effect: RefundEffect, run: Try, error: ErrorReply): Promise<Verdict> => {
  const reason = `${error.code}: ${error.message}`;
  const found = await lookUp(effect, run);
  if (found.kind === "refunded") return found.verdict;
  if (found.kind === "unknown") return again(`${reason}; ${found.reason}`, { uncertain: true });
  // Proved: this refund did not take place.
  if (error.kind === "retryable") return again(reason, { uncertain: true, newKey: true });
  return failed(effect, error.code, error.message);
};
