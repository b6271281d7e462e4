import { newApproveNo } from "./ids.ts";
import type { Card, Method, Payment } from "./payment.ts";
import { seoulTime } from "./time.ts";

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

/** The least KRW each method takes; below it the provider answers `BELOW_MINIMUM_AMOUNT`. */
export const minimumAmount: Record<Method, number> = {
  카드: 100,
  간편결제: 100,
  계좌이체: 200,
  가상계좌: 200,
};

const cardOf = (amount: number): Card => ({
  issuerCode: "61",
  acquirerCode: "61",
  number: "43301234****123*",
  installmentPlanMonths: 0,
  isInterestFree: false,
  interestPayer: null,
  approveNo: newApproveNo(),
  useCardPoint: false,
  cardType: "신용",
  ownerType: "개인",
  acquireStatus: "READY",
  amount,
});

/** The blocks of the Payment object that a method fills in when the payment is approved. */
export function methodDetails(
  method: Method,
  amount: number,
  at: number,
): Pick<Payment, "card" | "virtualAccount" | "transfer" | "easyPay"> {
  const none = { card: null, virtualAccount: null, transfer: null, easyPay: null };
  switch (method) {
    case "카드":
      return { ...none, card: cardOf(amount) };
    case "간편결제":
      // A card charged through a wallet: the card carries the amount, the wallet's own share is zero.
      return {
        ...none,
        card: cardOf(amount),
        easyPay: { provider: "토스페이", amount: 0, discountAmount: 0 },
      };
    case "계좌이체":
      return { ...none, transfer: { bankCode: "88", settlementStatus: "INCOMPLETED" } };
    case "가상계좌":
      return {
        ...none,
        virtualAccount: {
          accountType: "일반",
          accountNumber: `X${newApproveNo()}`,
          bankCode: "88",
          customerName: "박토스",
          depositorName: "박토스",
          dueDate: seoulTime(at + WEEK_MS),
          refundStatus: "NONE",
          expired: false,
          settlementStatus: "INCOMPLETED",
          refundReceiveAccount: null,
        },
      };
  }
}
