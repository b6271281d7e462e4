import type { KstDate } from "../../../machines/mod.ts";
import type { Payment } from "../payments/payment.ts";
import type { Transaction } from "../payments/transaction.ts";
import { type Fees, feesOf, givenBack, ratesOf, supplyOf } from "./fees.ts";
import type { Settlement } from "./settlement.ts";

/** The settlement row of an approval or cancel that really happened on the mock. */
export function settlementOf(
  { kind, transactionKey, amount, transactionAt }: Transaction,
  payment: Payment,
  paidOutDate: KstDate,
): Settlement {
  const { mId, paymentKey, orderId, currency, method, card, easyPay, transfer, virtualAccount } = payment;
  const isCancel = kind === "cancel";
  const cancel = (payment.cancels ?? []).find((one) => one.transactionKey === transactionKey) ?? null;
  const ofAmount = feesOf(amount, ratesOf[method ?? "카드"]);
  return {
    mId,
    paymentKey,
    transactionKey,
    orderId,
    currency,
    method,
    ...sumsOf(isCancel ? -amount : amount, isCancel ? givenBack(ofAmount) : ofAmount),
    approvedAt: payment.approvedAt ?? transactionAt,
    soldDate: transactionAt.slice(0, 10),
    paidOutDate,
    card,
    easyPay,
    giftCertificate: null,
    mobilePhone: null,
    transfer,
    virtualAccount,
    cancel,
    fieldOfALaterVersion: { note: "ignore me" },
  };
}

function sumsOf(amount: number, fees: Fees) {
  const fee = fees.reduce((total, one) => total + one.fee, 0);
  const supplyAmount = supplyOf(fee);
  return {
    amount,
    interestFee: 0,
    fee,
    fees,
    supplyAmount,
    vat: fee - supplyAmount,
    payOutAmount: amount - fee,
  };
}
