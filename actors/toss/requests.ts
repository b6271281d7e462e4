import type { TossRequest } from "./http.ts";
import type { TossReply } from "./reply.ts";

export interface ConfirmRequest {
  readonly paymentKey: string;
  /** 6 to 64 of `A-Z a-z 0-9 - _`. */
  readonly orderId: string;
  /** KRW. */
  readonly amount: number;
}

export interface CancelRequest {
  readonly paymentKey: string;
  /** KRW to give back. */
  readonly cancelAmount: number;
  /** KRW that Toss must still hold before this cancel; it refuses when that differs. */
  readonly refundableAmount: number;
  /** At most 200 characters. */
  readonly cancelReason: string;
}

/** A request that would not be safe to send. Nothing was sent, and nothing ever will be for this request. */
export type Unsendable = Extract<TossReply, { kind: "declined" }>;

/** `POST /v1/payments/confirm` */
export const confirmRequest = (request: ConfirmRequest, idempotencyKey: string): TossRequest | Unsendable => {
  const { paymentKey, orderId, amount } = request;
  if (!isPaymentKey(paymentKey)) return badPaymentKey;
  if (!isAmount(amount)) return badAmount;
  return post("/v1/payments/confirm", { paymentKey, orderId, amount }, idempotencyKey);
};

/** `POST /v1/payments/{paymentKey}/cancel` */
export const cancelRequest = (request: CancelRequest, idempotencyKey: string): TossRequest | Unsendable => {
  const { paymentKey, cancelAmount, refundableAmount, cancelReason } = request;
  if (!isPaymentKey(paymentKey)) return badPaymentKey;
  // Without cancelAmount Toss gives back all that is left, and without refundableAmount it compares nothing. JSON
  // leaves out undefined and writes NaN as null, so neither may get that far.
  if (!isAmount(cancelAmount) || !isAmount(refundableAmount) || cancelAmount > refundableAmount) {
    return badAmount;
  }
  const body = { cancelReason, cancelAmount, refundableAmount };
  return post(`/v1/payments/${encodeURIComponent(paymentKey)}/cancel`, body, idempotencyKey);
};

/** `GET /v1/payments/{paymentKey}` */
export const lookupRequest = (paymentKey: string): TossRequest | Unsendable =>
  isPaymentKey(paymentKey)
    ? { method: "GET", path: `/v1/payments/${encodeURIComponent(paymentKey)}` }
    : badPaymentKey;

const post = (path: string, body: object, idempotencyKey: string): TossRequest | Unsendable =>
  /^[\x21-\x7e]{1,300}$/.test(idempotencyKey)
    ? { method: "POST", path, body: JSON.stringify(body), idempotencyKey }
    : unsendable("INVALID_IDEMPOTENCY_KEY", "An idempotency key is 1 to 300 visible ASCII characters.");

/** Also not a path segment that a URL resolves away: the call would go to another address. */
const isPaymentKey = (key: string): boolean =>
  key.length >= 1 && key.length <= 200 && key.isWellFormed() && key !== "." && key !== "..";

const isAmount = (amount: number): boolean => Number.isSafeInteger(amount) && amount > 0;

const unsendable = (code: string, message: string): Unsendable => ({
  kind: "declined",
  code,
  message: `${message} Nothing was sent to Toss.`,
  status: 0,
});

const badPaymentKey = unsendable("INVALID_PAYMENT_KEY", "A paymentKey is 1 to 200 characters.");
const badAmount = unsendable(
  "INVALID_REQUEST",
  "Amounts are whole KRW above zero, and a cancelAmount is at most the refundableAmount.",
);
