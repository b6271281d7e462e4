import * as canceling from "./canceling.ts";
import * as confirming from "./confirming.ts";
import * as differing from "./differing.ts";
import * as paying from "./paying.ts";
import * as refunding from "./refunding.ts";
import * as retrying from "./retrying.ts";

/** Every outcome by the domain event it leaves in the order's history. */
export const outcomes = {
  "payment.requested": paying.paymentRequested,
  "payment.captured": paying.paymentCaptured,
  "payment.strayed": paying.paymentStrayed,
  "payment.mismatched": paying.paymentMismatched,
  "payment.awaited": paying.paymentAwaited,
  "payment.declined": paying.paymentDeclined,
  "payment.noticed": paying.paymentNoticed,
  "payment.differs": differing.paymentDiffers,
  "stray.refunded": paying.strayRefunded,
  "stray.refundFailed": paying.strayRefundFailed,
  "effect.retried": retrying.effectRetried,
  "order.canceled": canceling.orderCanceled,
  "order.expired": canceling.orderExpired,
  "purchase.confirmed": confirming.purchaseConfirmed,
  "purchase.autoConfirmed": confirming.purchaseAutoConfirmed,
  "cancellation.requested": canceling.cancellationRequested,
  "cancellation.restocked": canceling.cancellationRestocked,
  "cancellation.withdrawn": canceling.cancellationWithdrawn,
  "refund.started": refunding.refundStarted,
  "refund.retried": refunding.refundRetried,
  "refund.completed": refunding.refundCompleted,
  "refund.failed": refunding.refundFailed,
} as const;

export type OutcomeType = keyof typeof outcomes;
export type OrderEventType = "order.placed" | OutcomeType;
export const orderEventTypes = ["order.placed", ...Object.keys(outcomes)] as readonly OrderEventType[];
