import { DAY_MS, MINUTE_MS } from "./instant.ts";
import { cardRules, type PaymentMethodRules } from "./payment-method.ts";

/** The shop's choices. Everything a rule compares against that is not in the order itself. */
export interface OrderPolicy {
  /** Accepted payment methods by `type`. Adding one here is all the order machine needs. */
  readonly paymentMethods: Readonly<Record<string, PaymentMethodRules>>;
  readonly maxLines: number;
  readonly maxCancellations: number;
  readonly maxPaymentAttempts: number;
  /** An order not paid within this time expires, in ms. */
  readonly paymentWindowMs: number;
  /** What is neither cancelled nor confirmed this long after capture is confirmed by itself, in ms. */
  readonly autoConfirmAfterMs: number;
}

export const defaultPolicy: OrderPolicy = {
  paymentMethods: { card: cardRules },
  maxLines: 200,
  maxCancellations: 200,
  maxPaymentAttempts: 20,
  paymentWindowMs: 30 * MINUTE_MS,
  autoConfirmAfterMs: 7 * DAY_MS,
};
