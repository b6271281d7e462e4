import type { Krw } from "../money.ts";
import { cancellationOf, type Order, paymentAttempt } from "./order.ts";

/**
 * What must be done outside because of a change. An effect is data: stored in the same write as the change, run at
 * least once by the runtime under an idempotency key stored before the call, its result coming back as a command.
 * `id` is unique within the order; the same id again means the same work.
 */
export type Effect = ConfirmEffect | LookupEffect | RefundEffect;

/** Asks Toss to capture. Comes back as `payment.capture`, `payment.await` or `payment.decline`. */
export interface ConfirmEffect {
  readonly id: string;
  readonly type: "payment.confirm";
  readonly attempt: number;
  readonly paymentKey: string;
  readonly amount: Krw;
}

/** Asks Toss how a payment stands and brings the order up to it. */
export interface LookupEffect {
  readonly id: string;
  readonly type: "payment.lookup";
  readonly attempt: number;
  readonly paymentKey: string;
  readonly amount: Krw;
}

/** Nothing is left for `effect` to do: what it was to bring about, the order has learnt in another way. */
export const isMoot = (order: Order, effect: Effect): boolean => {
  switch (effect.type) {
    case "payment.confirm":
      return paymentAttempt(order, effect.attempt)?.status !== "requested";
    case "payment.refund":
      return "strayAttempt" in effect.for
        ? paymentAttempt(order, effect.for.strayAttempt)?.status === "strayRefunded"
        : cancellationOf(order, effect.for.cancellationId)?.state !== "refunding";
    case "payment.lookup":
      return false;
  }
};

/** The refund in full of a stray payment, by its attempt. */
export const strayEffectId = (attempt: number): string => `stray:${attempt}`;

/** Asks Toss to give money back. Comes back as `refund.complete` or `refund.fail` (`stray.…` for a stray capture). */
export interface RefundEffect {
  readonly id: string;
  readonly type: "payment.refund";
  readonly paymentKey: string;
  readonly amount: Krw;
  /** What Toss must still hold before this refund; it refuses when that differs. */
  readonly refundable: Krw;
  readonly reason: string;
  readonly for: { readonly cancellationId: string } | { readonly strayAttempt: number };
  /** An earlier refund of the same pieces was answered with an error: look whether it took place after all. */
  readonly lookFirst: boolean;
}
