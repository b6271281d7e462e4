import type { Static } from "@sinclair/typebox";
import type { Instant } from "../instant.ts";
import type { Krw } from "../money.ts";
import type { Cancellation } from "./cancellation.ts";
import type { Customer } from "./commands.ts";
import type { OrderLine } from "./lines.ts";

/** One try at paying. At most one attempt of an order is `captured`; money captured beside it is `stray`. */
export interface PaymentAttempt {
  readonly attempt: number;
  readonly paymentKey: string;
  /** The command that asked for it, so that a repeated request can be told how its own attempt ended. */
  readonly commandId: string;
  readonly status: PaymentStatus;
  readonly requestedAt: Instant;
  /** What Toss captured, where that is not the order's total: such a payment is always stray. */
  readonly amount?: Krw;
  readonly approvedAt?: string;
  readonly transactionKey?: string;
  readonly card?: { readonly issuerCode: string; readonly number: string; readonly approveNo: string };
  readonly failure?: Failure;
  /** Of the captured one: what Toss was last found to hold of it, where the order knew otherwise, in KRW. */
  readonly differs?: { readonly balance: Krw; readonly expected: Krw };
  /** Of a stray payment that went back: when, and by which cancel of Toss where one cancel brought all of it back. */
  readonly refund?: { readonly canceledAt: string; readonly transactionKey?: string };
}

/**
 * `requested`: Toss' answer is not known. `awaiting`: the buyer pays later (a virtual account).
 * `stray…`: captured although the order could not take it any more, or not as it was asked for; it goes back in full.
 */
export type PaymentStatus =
  | "requested"
  | "awaiting"
  | "captured"
  | "declined"
  | "strayRefunding"
  | "strayRefunded"
  | "strayRefundFailed";

export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** All that is known of an order: the context of its machine. Plain JSON, stored as it is. */
export interface Order {
  readonly orderId: string;
  readonly customer: Static<typeof Customer>;
  readonly paymentMethod: { readonly type: string };
  readonly lines: readonly OrderLine[];
  readonly totalAmount: Krw;
  readonly refundedAmount: Krw;
  readonly payments: readonly PaymentAttempt[];
  readonly cancellations: readonly Cancellation[];
  readonly placedAt: Instant;
  readonly expiresAt: Instant;
  /** Why an unpaid order was called off. */
  readonly canceledFor?: string;
  readonly paidAt?: Instant;
  readonly autoConfirmAt?: Instant;
}

export const capturedPayment = (order: Order): PaymentAttempt | undefined =>
  order.payments.find((payment) => payment.status === "captured");

/** The attempt that Toss has not answered yet; only the newest can be open. */
export const openPayment = (order: Order): PaymentAttempt | undefined => {
  const newest = order.payments.at(-1);
  return newest?.status === "requested" || newest?.status === "awaiting" ? newest : undefined;
};

export const paymentAttempt = (order: Order, attempt: number): PaymentAttempt | undefined =>
  order.payments[attempt - 1];

/** What Toss still holds of the captured payment: captured − refunded, in KRW. Zero once all is refunded. */
export const balanceOf = (order: Order): Krw =>
  capturedPayment(order) ? order.totalAmount - order.refundedAmount : 0;

export const cancellationOf = (order: Order, id: string): Cancellation | undefined =>
  order.cancellations.find((cancellation) => cancellation.id === id);

/** Refunds of one payment run one at a time, so that each knows the balance it starts from. */
export const refundInFlight = (order: Order): Cancellation | undefined =>
  order.cancellations.find((cancellation) => cancellation.state === "refunding");
