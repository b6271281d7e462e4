import { type Static, Type } from "@sinclair/typebox";
import type { TossErrorCode } from "../errors/status.ts";
import { statusByCode } from "../errors/status.ts";
import { methods, type Payment, type PaymentRecord } from "./payment.ts";
import { splitTax } from "./taxes.ts";
import { seoulTime } from "./time.ts";

/** An amount of whole KRW in a request. */
export const Won = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** The orderId rule of the API: 6 to 64 characters of letters, digits, `-` and `_`. */
export const OrderId = Type.String({ pattern: "^[A-Za-z0-9_-]{6,64}$" });

/** A paymentKey: at most 200 characters. */
export const PaymentKey = Type.String({ minLength: 1, maxLength: 200 });

/** What a shop's page hands to the payment window, and how the mock's card company is to behave. */
export const SessionRequest = Type.Object(
  {
    orderId: OrderId,
    /** Whole KRW the buyer agrees to. */
    amount: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    method: Type.Optional(Type.Union(methods.map((method) => Type.Literal(method)))),
    /** A key of the caller's choice; by default one is made. */
    paymentKey: Type.Optional(PaymentKey),
    orderName: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    customerKey: Type.Optional(Type.String({ minLength: 2, maxLength: 300 })),
    taxFreeAmount: Type.Optional(Won),
    taxExemptionAmount: Type.Optional(Won),
    isPartialCancelable: Type.Optional(Type.Boolean()),
    metadata: Type.Optional(Type.Record(Type.String({ maxLength: 40 }), Type.String({ maxLength: 2000 }))),
    /** The error code this payment's approval will be declined with, such as `REJECT_CARD_PAYMENT`. */
    decline: Type.Optional(
      Type.Union(Object.keys(statusByCode).map((code) => Type.Literal(code as TossErrorCode))),
    ),
  },
  { additionalProperties: false },
);
export type SessionRequest = Static<typeof SessionRequest>;

/** A new payment whose window is open: `READY`, with nothing authenticated yet. */
export function openPayment(
  request: SessionRequest,
  issued: { paymentKey: string; mId: string; secret: string },
  at: number,
): PaymentRecord {
  const taxFreeAmount = request.taxFreeAmount ?? 0;
  const taxExemptionAmount = request.taxExemptionAmount ?? 0;
  const payment: Payment = {
    mId: issued.mId,
    lastTransactionKey: null,
    paymentKey: issued.paymentKey,
    orderId: request.orderId,
    orderName: request.orderName ?? "주문",
    taxExemptionAmount,
    status: "READY",
    requestedAt: seoulTime(at),
    approvedAt: null,
    useEscrow: false,
    cultureExpense: false,
    card: null,
    virtualAccount: null,
    transfer: null,
    mobilePhone: null,
    giftCertificate: null,
    cashReceipt: null,
    cashReceipts: null,
    discount: null,
    cancels: null,
    secret: issued.secret,
    type: "NORMAL",
    easyPay: null,
    country: "KR",
    failure: null,
    // A card payment with a tax-exempt part can only be cancelled whole.
    isPartialCancelable: request.isPartialCancelable ?? taxExemptionAmount === 0,
    receipt: null,
    checkout: null,
    metadata: request.metadata ?? null,
    currency: "KRW",
    totalAmount: request.amount,
    balanceAmount: request.amount,
    ...splitTax(request.amount, taxFreeAmount + taxExemptionAmount),
    taxFreeAmount,
    method: request.method ?? "카드",
    version: "2022-11-16",
    fieldOfALaterVersion: { note: "ignore me" },
  };
  const { customerKey = null, decline = null } = request;
  return { payment, customerKey, openedAt: at, authenticatedAt: null, decline };
}

/** The buyer authenticated in the window: `IN_PROGRESS`, and the merchant has ten minutes to confirm. */
export function authenticated(record: PaymentRecord, at: number): PaymentRecord {
  return { ...record, authenticatedAt: at, payment: { ...record.payment, status: "IN_PROGRESS" } };
}
