import type { ConfirmEffect } from "../../../machines/mod.ts";
import type { TossPayment, TossReply } from "../../toss.ts";
import { type Expected, foreign, misfit } from "./payment.ts";
import type { Try } from "./try.ts";
import { again, done, type Result, type Verdict } from "./verdict.ts";

/**
 * Asks Toss to capture. The order leaves `paying` only on Toss' own word: an error reply is followed by a look-up,
 * and no reply by the same call under the same key.
 */
export const runConfirm = async (effect: ConfirmEffect, run: Try): Promise<Verdict> => {
  const { orderId, toss, uncertain } = run;
  const { paymentKey, amount, attempt } = effect;
  // Toss may know the end of an earlier try whose reply was lost, or whose key now only echoes an error.
  const known = uncertain ? await lookUp(effect, run) : nothingKnown;
  if (known.verdict) return known.verdict;
  const reply = await toss.confirm({ paymentKey, orderId, amount }, run.idempotencyKey);

  switch (reply.kind) {
    case "payment":
      return (
        (await judge(reply.payment, effect, run)) ??
        again(`Toss says that the payment is ${reply.payment.status}`, { uncertain: true })
      );
    case "declined":
      // A "no" after a try of unknown end may be the echo of an earlier "yes".
      return uncertain ? judgeError(effect, run, reply) : declined(attempt, reply.code, reply.message);
    case "settled":
    case "retryable":
      return judgeError(effect, run, reply);
    case "unknown":
      return again(reply.reason, { uncertain: true });
    case "notSent":
      return again(reply.reason, { uncertain });
    case "misconfigured":
      return again(`${reply.code}: ${reply.message}`, { uncertain, loud: true });
  }
};

/** What Toss' own record says; an account that we would not take money from is first seen to be closed. */
const judge = async (payment: TossPayment, effect: ConfirmEffect, run: Try): Promise<Verdict | undefined> => {
  const expected = run.expected(effect.paymentKey, effect.amount);
  const waits = payment.status === "WAITING_FOR_DEPOSIT" && !foreign(payment, expected);
  const why = waits ? misfit(payment, expected) : undefined;
  if (why === undefined) return judgePayment(payment, effect.attempt, expected);
  const { paymentKey, totalAmount: cancelAmount, balanceAmount: refundableAmount } = payment;
  const cancelReason = "not a payment that was asked for";
  const request = { paymentKey, cancelAmount, refundableAmount, cancelReason };
  const reply = await run.toss.cancel(request, `${run.idempotencyKey}:close`);
  if (reply.kind === "payment" && reply.payment.status === "CANCELED") {
    return declined(effect.attempt, "PAYMENT_MISMATCH", `Not the payment that was asked for: ${why}.`);
  }
  return again(`an account to pay into is still open at Toss, though ${why}`, {
    uncertain: true,
    newKey: true,
    loud: true,
  });
};

/**
 * What Toss' own record of the payment says of an attempt; undefined while it says nothing final. Money that Toss
 * holds is never called declined: if it is not the payment that was asked for, it is told as such and goes back.
 */
export const judgePayment = (
  payment: TossPayment,
  attempt: number,
  expected: Expected,
): Verdict | undefined => {
  const notOurs = foreign(payment, expected);
  if (notOurs) return declined(attempt, "PAYMENT_MISMATCH", `Not a payment of this order: ${notOurs}.`);
  const why = misfit(payment, expected);
  switch (payment.status) {
    case "DONE":
    case "PARTIAL_CANCELED":
      if (payment.balanceAmount === 0) return nothingHeld(attempt);
      return done(...captureResults(payment, attempt, why));
    case "WAITING_FOR_DEPOSIT":
      return why === undefined ? done({ type: "payment.await", data: { attempt } }) : undefined;
    case "CANCELED":
      return nothingHeld(attempt);
    case "ABORTED":
      return declined(attempt, "PAYMENT_ABORTED", "Toss aborted the payment.");
    case "EXPIRED":
      return declined(attempt, "PAYMENT_EXPIRED", "The payment was not confirmed in time.");
    default:
      return undefined;
  }
};

/** Some of it may be cancelled already: an order that takes it is told so. */
const captureResults = (payment: TossPayment, attempt: number, why: string | undefined): Result[] => {
  const { totalAmount: expected, balanceAmount: balance } = payment;
  const capture: Result = { type: "payment.capture", data: captureData(payment, attempt, why) };
  return balance === expected
    ? [capture]
    : [capture, { type: "payment.differ", data: { attempt, balance, expected } }];
};

const captureData = (payment: TossPayment, attempt: number, why: string | undefined) => ({
  attempt,
  amount: payment.totalAmount,
  ...(payment.balanceAmount !== payment.totalAmount && { held: payment.balanceAmount }),
  ...(why !== undefined && { misfit: why }),
  approvedAt: payment.approvedAt ?? "",
  // Once something was cancelled, the last key is that cancel's, and the approval's is not told.
  ...(payment.lastTransactionKey &&
    !payment.cancels?.length && { transactionKey: payment.lastTransactionKey }),
  ...(payment.card && {
    card: {
      issuerCode: payment.card.issuerCode,
      number: payment.card.number,
      approveNo: payment.card.approveNo,
    },
  }),
});

const nothingHeld = (attempt: number): Verdict =>
  declined(attempt, "CANCELED_AT_TOSS", "Cancelled at Toss again; no money is held.");

const declined = (attempt: number, code: string, message: string): Verdict =>
  done({ type: "payment.decline", data: { attempt, code, message: message.slice(0, 510) } });

/** What a look-up found: an end, or proof that there is none yet, or neither. */
interface Known {
  readonly verdict?: Verdict | undefined;
  readonly nothingHappened: boolean;
}
const nothingKnown: Known = { nothingHappened: false };
const unconfirmed: ReadonlySet<string> = new Set(["READY", "IN_PROGRESS"]);

const lookUp = async (effect: ConfirmEffect, run: Try): Promise<Known> => {
  const found = await run.toss.lookup(effect.paymentKey);
  if (found.kind === "payment") {
    const verdict = await judge(found.payment, effect, run);
    return { verdict, nothingHappened: unconfirmed.has(found.payment.status) };
  }
  return { nothingHappened: found.kind === "declined" && found.code === "NOT_FOUND_PAYMENT" };
};

type ErrorReply = Extract<TossReply, { code: string }>;

/** Reads the payment's own state after an error reply, and judges by that alone. */
const judgeError = async (effect: ConfirmEffect, run: Try, error: ErrorReply): Promise<Verdict> => {
  const { verdict, nothingHappened } = await lookUp(effect, run);
  if (verdict) return verdict;
  const reason = `${error.code}: ${error.message}`;
  if (!nothingHappened) return again(reason, { uncertain: true }); // no proof: the same key, and look again
  if (error.kind === "declined") return declined(effect.attempt, error.code, error.message);
  return again(reason, { uncertain: true, newKey: true });
};
