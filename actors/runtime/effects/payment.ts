import type { TossPayment } from "../../toss.ts";

/** What a payment at Toss must agree with to count as a payment of this order. */
export interface Expected {
  readonly orderId: string;
  readonly paymentKey: string;
  readonly amount: number;
  readonly tossMethods: readonly string[];
  /** Our merchant id at Toss; not compared when it is not configured. */
  readonly mId?: string | undefined;
}

/** Why `payment` is not the one expected, or undefined when it is. */
export const differs = (payment: TossPayment, expected: Expected): string | undefined => {
  const pairs: readonly (readonly [string, unknown, boolean])[] = [
    ["paymentKey", payment.paymentKey, payment.paymentKey === expected.paymentKey],
    ["orderId", payment.orderId, payment.orderId === expected.orderId],
    ["totalAmount", payment.totalAmount, payment.totalAmount === expected.amount],
    ["currency", payment.currency, payment.currency === "KRW"],
    [
      "method",
      payment.method,
      payment.method !== null && expected.tossMethods.includes(payment.method ?? ""),
    ],
    ["mId", payment.mId, expected.mId === undefined || payment.mId === expected.mId],
  ];
  const wrong = pairs.find(([, , agrees]) => !agrees);
  return wrong && `its ${wrong[0]} at Toss is ${String(wrong[1])}`;
};

/** The cancel of ours among Toss' cancels, known by the tag that begins its reason and by its amount. */
export const findCancel = (payment: TossPayment, tag: string, amount: number) =>
  payment.cancels?.find(
    (cancel) =>
      (cancel.cancelReason === tag || cancel.cancelReason.startsWith(`${tag} `)) &&
      cancel.cancelAmount === amount &&
      cancel.cancelStatus === "DONE",
  );
