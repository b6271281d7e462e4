import { randomUUID } from "node:crypto";
import type { Payment, PaymentStatus } from "../payments/payment.ts";
import { seoulTime, webhookTime } from "../payments/time.ts";

/** One webhook, before it is sent. Every attempt and every copy carries the same transmission id. */
export interface WebhookMessage {
  readonly transmissionId: string;
  readonly eventType: "PAYMENT_STATUS_CHANGED" | "DEPOSIT_CALLBACK";
  readonly paymentKey: string;
  readonly orderId: string;
  readonly status: PaymentStatus;
  readonly body: string;
}

/** The states that PAYMENT_STATUS_CHANGED tells; READY, IN_PROGRESS and WAITING_FOR_DEPOSIT are not among them. */
const told: ReadonlySet<PaymentStatus> = new Set([
  "EXPIRED",
  "DONE",
  "ABORTED",
  "CANCELED",
  "PARTIAL_CANCELED",
]);

/** The webhooks that a payment's new state causes: usually one, two for a virtual account with both events on. */
export function messagesOf(payment: Payment, at: number, depositCallbacks: boolean): WebhookMessage[] {
  const { paymentKey, orderId, status } = payment;
  const message = (eventType: WebhookMessage["eventType"], body: object): WebhookMessage => ({
    transmissionId: randomUUID(),
    eventType,
    paymentKey,
    orderId,
    status,
    body: JSON.stringify(body),
  });

  const changed = () => {
    const createdAt = webhookTime(at);
    return message("PAYMENT_STATUS_CHANGED", {
      eventType: "PAYMENT_STATUS_CHANGED",
      createdAt,
      data: payment,
    });
  };
  // The older event names neither itself nor the paymentKey; its `secret` is what identifies the payment.
  const callback = () =>
    message("DEPOSIT_CALLBACK", {
      createdAt: seoulTime(at),
      secret: payment.secret,
      status,
      transactionKey: payment.lastTransactionKey,
      orderId,
    });

  const wantsCallback = depositCallbacks && payment.virtualAccount !== null;
  return [...(told.has(status) ? [changed()] : []), ...(wantsCallback ? [callback()] : [])];
}
