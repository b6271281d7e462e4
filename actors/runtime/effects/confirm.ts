import type { ConfirmEffect } from "../../../machines/mod.ts";
import type { TossPayment, TossReply } from "../../toss.ts";
import { differs, type Expected } from "./payment.ts";
import type { Try } from "./try.ts";
import { again, done, type Verdict } from "./verdict.ts";

/**
 * Asks Toss to capture. The order leaves `paying` only on Toss' own word: an error reply is followed by a look-up,
 * and no reply by the same call under the same key.
 */
export const runConfirm = async (effect: ConfirmEffect, run: Try): Promise<Verdict> => {
  const { orderId, toss, uncertain } = run;
  const { paymentKey, amount, attempt } = effect;
  const reply = await toss.confirm({ paymentKey, orderId, amount }, run.idempotencyKey);
  const expected = run.expected(paymentKey, amount);

  switch (reply.kind) {
    case "payment":
      return (
        judgePayment(reply.payment, attempt, expected) ??
        again(inProgress(reply.payment), { uncertain: true })
      );
    case "declined":
      // A "no" after a try of unknown end may be the echo of an earlier "yes".
      return uncertain ? lookUp(effect, run, reply) : declined(attempt, reply.code, reply.message);
    case "settled":
    case "retryable":
      return lookUp(effect, run, reply);
    case "unknown":
      return again(reply.reason, { uncertain: true });
    case "notSent":
      return again(reply.reason, { uncertain });
    case "misconfigured":
      return again(`${reply.code}: ${reply.message}`, { uncertain, loud: true });
  }
};

/** What Toss' own record of the payment says of an attempt; undefined while it says nothing final. */
export const judgePayment = (
  payment: TossPayment,
  attempt: number,
  expected: Expected,
): Verdict | undefined => {
  const different = differs(payment, expected);
  if (different) return declined(attempt, "PAYMENT_MISMATCH", `Not a payment of this order: ${different}.`);
  switch (payment.status) {
    case "DONE":
    case "PARTIAL_CANCELED":
      return done({ type: "payment.capture", data: captureData(payment, attempt) });
    case "WAITING_FOR_DEPOSIT":
      return done({ type: "payment.await", data: { attempt } });
    case "CANCELED":
      return declined(attempt, "CANCELED_AT_TOSS", "Captured and cancelled again at Toss; no money is held.");
    case "ABORTED":
      return declined(attempt, "PAYMENT_ABORTED", "Toss aborted the payment.");
    case "EXPIRED":
      return declined(attempt, "PAYMENT_EXPIRED", "The payment was not confirmed in time.");
    default:
      return undefined;
  }
};

const captureData = (payment: TossPayment, attempt: number) => ({
  attempt,
  amount: payment.totalAmount,
  approvedAt: payment.approvedAt ?? "",
  ...(payment.lastTransactionKey && { transactionKey: payment.lastTransactionKey }),
  ...(payment.card && {
    card: {
      issuerCode: payment.card.issuerCode,
      number: payment.card.number,
      approveNo: payment.card.approveNo,
    },
  }),
});

const declined = (attempt: number, code: string, message: string): Verdict =>
  done({ type: "payment.decline", data: { attempt, code, message: message.slice(0, 510) } });

const inProgress = (payment: TossPayment) => `Toss says that the payment is ${payment.status}`;

type ErrorReply = Extract<TossReply, { code: string }>;

/** Reads the payment's own state after an error reply, and judges by that alone. */
const lookUp = async (effect: ConfirmEffect, run: Try, error: ErrorReply): Promise<Verdict> => {
  const reason = `${error.code}: ${error.message}`;
  const found = await run.toss.lookup(effect.paymentKey);
  if (found.kind === "payment") {
    const verdict = judgePayment(
      found.payment,
      effect.attempt,
      run.expected(effect.paymentKey, effect.amount),
    );
    if (verdict) return verdict;
  } else if (!(found.kind === "declined" && found.code === "NOT_FOUND_PAYMENT")) {
    return again(reason, { uncertain: true }); // no proof either way: the same key, and look again
  }
  // Toss holds no capture of it.
  if (error.kind === "declined") return declined(effect.attempt, error.code, error.message);
  return again(reason, { uncertain: true, newKey: true });
};
