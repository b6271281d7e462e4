import type { TossPayment } from "../../toss.ts";

/** What a payment at Toss must agree with to be the payment that was asked for. */
export interface Expected {
  readonly orderId: string;
  readonly paymentKey: string;
  readonly amount: number;
  readonly tossMethods: readonly string[];
  /** Our merchant id at Toss; not compared when it is not configured. */
  readonly mId?: string | undefined;
}

type Checks = readonly (readonly [name: string, told: unknown, agrees: boolean])[];

const firstWrong = (checks: Checks): string | undefined => {
  const wrong = checks.find(([, , agrees]) => !agrees);
  return wrong && `its ${wrong[0]} at Toss is ${String(wrong[1])}`;
};

/** Why `payment` is another order's, so that its money is none of ours; undefined when it is this order's. */
export const foreign = (
  payment: TossPayment,
  { orderId, paymentKey }: Pick<Expected, "orderId" | "paymentKey">,
): string | undefined =>
  firstWrong([
    ["paymentKey", payment.paymentKey, payment.paymentKey === paymentKey],
    ["orderId", payment.orderId, payment.orderId === orderId],
  ]);

/** Why a payment of this order is not the one that was asked for; undefined when it is. Money it holds goes back. */
export const misfit = (payment: TossPayment, expected: Expected): string | undefined =>
  firstWrong([
    ["totalAmount", payment.totalAmount, payment.totalAmount === expected.amount],
    ["currency", payment.currency, payment.currency === "KRW"],
    ["method", payment.method, expected.tossMethods.includes(methodOf(payment))],
    ["mId", payment.mId, expected.mId === undefined || payment.mId === expected.mId],
  ]);

/** A card that was charged through a wallet is a card. A wallet's own balance is not. */
const methodOf = ({ method, card }: TossPayment): string =>
  method === "간편결제" && card ? "카드" : (method ?? "");

/** The cancel of ours among Toss' cancels, known by the tag that begins its reason and by its amount. */
export const findCancel = (payment: TossPayment, tag: string, amount: number) =>
  payment.cancels?.find(
    (cancel) =>
      (cancel.cancelReason === tag || cancel.cancelReason.startsWith(`${tag} `)) &&
      cancel.cancelAmount === amount &&
      cancel.cancelStatus === "DONE",
  );
