import { balanceOf, type LookupEffect, type Order, paymentAttempt } from "../../../machines/mod.ts";
import type { TossPayment } from "../../toss.ts";
import { judgePayment } from "./confirm.ts";
import { completionOf, strayCompletion } from "./refund.ts";
import type { Try } from "./try.ts";
import { again, done, type Result, type Verdict } from "./verdict.ts";

/** Asks Toss how a payment stands and tells the order whatever it does not know yet. */
export const runLookup = async (effect: LookupEffect, run: Try): Promise<Verdict> => {
  const found = await run.toss.lookup(effect.paymentKey);
  if (found.kind === "payment") return done(...newsFor(run.order, effect, found.payment, run));
  if (found.kind === "declined") return done();
  return again("reason" in found ? found.reason : `${found.code}: ${found.message}`, {
    uncertain: false,
    loud: found.kind === "misconfigured",
  });
};

const newsFor = (order: Order, effect: LookupEffect, payment: TossPayment, run: Try): Result[] => {
  const status = paymentAttempt(order, effect.attempt)?.status;
  if (status === "captured") return [...refundNews(order, payment), ...difference(order, effect, payment)];
  if (status === "strayRefunding" || status === "strayRefundFailed") {
    // However it went back, by us or by an operator at Toss: nothing of it is held any more.
    return payment.balanceAmount === 0 ? [strayCompletion(effect.attempt, payment)] : [];
  }
  const verdict = judgePayment(payment, effect.attempt, run.expected(effect.paymentKey, effect.amount));
  if (verdict?.kind !== "done") return [];
  // Of an attempt already declined, only a capture is news: money moved after all.
  const open = status === "requested" || status === "awaiting";
  return verdict.results.filter(
    ({ type }) => open || type === "payment.capture" || type === "payment.differ",
  );
};

/** What Toss holds, if its own cancels of ours don't account for it. Whether it is news, the order judges. */
const difference = (order: Order, { attempt }: LookupEffect, payment: TossPayment): Result[] => {
  const found = refundNews(order, payment).reduce(
    (sum, { data }) => sum + ("amount" in data ? data.amount : 0),
    0,
  );
  const expected = balanceOf(order) - found;
  const balance = payment.balanceAmount;
  return balance === expected ? [] : [{ type: "payment.differ", data: { attempt, balance, expected } }];
};

/** Refunds that Toss has made and whose reply never came, or came as an error. */
const refundNews = (order: Order, payment: TossPayment): Result[] =>
  order.cancellations
    .filter((one) => one.state === "refunding" || one.state === "failed")
    .flatMap((one) => completionOf({ for: { cancellationId: one.id }, amount: one.amount }, payment) ?? []);
