import type { TossPayment } from "./payment.ts";

/** What came of a call to Toss. The kind says what the caller may conclude and what to do next. */
export type TossReply =
  /** Done: the payment as it stands after the call. */
  | { readonly kind: "payment"; readonly payment: TossPayment }
  /** A definite no: nothing moved, and this request will never succeed. */
  | ({ readonly kind: "declined" } & TossError)
  /** The payment was already processed, cancelled or at another balance: look it up and judge by its state. */
  | ({ readonly kind: "settled" } & TossError)
  /** Answered with an error that is bound to its idempotency key: look up, and if nothing happened use a NEW key. */
  | ({ readonly kind: "retryable" } & TossError)
  /** No answer that can be read, so the money may have moved: the SAME key again. */
  | { readonly kind: "unknown"; readonly reason: string }
  /** Nothing reached Toss: the same key later. */
  | { readonly kind: "notSent"; readonly reason: string }
  /** Toss does not let us in, so nothing moved: an operator must act, then the same key. */
  | ({ readonly kind: "misconfigured" } & TossError);

export interface TossError {
  /** Toss' code, e.g. `REJECT_CARD_PAYMENT`. */
  readonly code: string;
  /** Toss' text, in Korean, at most 510 characters. */
  readonly message: string;
  /** The HTTP status; 0 when the request was refused here because it could not be sent safely. */
  readonly status: number;
}
