import type { Krw } from "./money.ts";

/**
 * What the order machine needs to know of a payment method. The machine never asks *which* method it is:
 * it compares amounts with these limits and waits for `payment.capture`, `payment.await` or `payment.decline`,
 * so a method that is paid later (a virtual account, by webhook) joins by adding its rules to the policy.
 */
export interface PaymentMethodRules {
  readonly type: string;
  readonly minimum: Krw;
  readonly limit: Krw;
  /** What Toss calls it in `Payment.method`; a looked-up payment of another method does not count. */
  readonly tossMethods: readonly string[];
}

/** Card: at least 100 KRW (Toss answers BELOW_MINIMUM_AMOUNT under it), at most the shop's card limit. */
export const cardRules: PaymentMethodRules = {
  type: "card",
  minimum: 100,
  limit: 50_000_000,
  tossMethods: ["카드"],
};
