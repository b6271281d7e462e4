import { type Static, Type } from "@sinclair/typebox";
import type { Settings } from "../options.ts";
import type { Payment } from "../payments/payment.ts";
import { seoulTime } from "../payments/time.ts";
import { delay } from "./delay.ts";
import { messagesOf, type WebhookMessage } from "./events.ts";

/** How long the receiver has to answer 200. */
const ANSWER_TIMEOUT_MS = 10_000;

/** The mock replies first and sends its webhooks this much later, so that the reply is on its way. */
const AFTER_REPLY_MS = 10;

/** Where webhooks go and how they misbehave. */
export const WebhookPlan = Type.Object(
  {
    /** Null sends none. */
    url: Type.Union([Type.String({ pattern: "^https?://" }), Type.Null()]),
    /** How often each webhook is sent in a row, under one transmission id. */
    copies: Type.Integer({ minimum: 0, maximum: 100 }),
    /** `beforeReply` waits for the receiver's answer before the API call that caused the webhook is answered. */
    timing: Type.Union([Type.Literal("afterReply"), Type.Literal("beforeReply")]),
  },
  { additionalProperties: false },
);
export type WebhookPlan = Static<typeof WebhookPlan>;

/** One attempt to deliver one webhook. */
export interface Delivery extends Omit<WebhookMessage, "body"> {
  readonly retriedCount: number;
  /** The receiver's status; null when it could not be reached or did not answer in time. */
  readonly httpStatus: number | null;
}

/** The mock's webhooks. */
export interface Webhooks {
  /** Changes where and how webhooks are sent from now on. */
  configure(plan: Partial<WebhookPlan>): void;
  /** Every attempt so far, in the order they ended. */
  deliveries(): readonly Delivery[];
  /**
   * Sends the latest webhook of a payment again, under its first transmission id.
   * @throws Error when none was sent for it
   */
  resend(paymentKey: string): Promise<Delivery>;
  /** Resolves when no delivery is under way; retries that wait for their time do not count. */
  idle(): Promise<void>;
}

/** The webhooks with the side that announces changes. */
export interface WebhookSender extends Webhooks {
  readonly timing: () => WebhookPlan["timing"];
  /** Sends what `payment`'s new state causes; resolves when each first attempt has ended. */
  announce(payment: Payment): Promise<void>;
  /** As `announce`, a moment later and without waiting. */
  announceSoon(payment: Payment): void;
}

/** @param stopped aborts when the mock stops: nothing is sent after that */
export function createWebhooks(settings: Settings, stopped: AbortSignal): WebhookSender {
  const { clock, webhookRetries, depositCallbacks } = settings;
  let plan: WebhookPlan = { url: settings.webhookUrl, copies: 1, timing: "afterReply" };
  const log: Delivery[] = [];
  const latest = new Map<string, WebhookMessage>();
  const underWay = new Set<Promise<unknown>>();

  const track = <T>(work: Promise<T>): Promise<T> => {
    underWay.add(work);
    return work.finally(() => underWay.delete(work));
  };

  async function attempt(url: string, message: WebhookMessage, retriedCount: number): Promise<Delivery> {
    const httpStatus = await post(url, message, retriedCount, seoulTime(clock()), stopped);
    const { body: _, ...about } = message;
    const delivery = { ...about, retriedCount, httpStatus };
    log.push(delivery);
    // Only a 200 counts; whether another 2xx does is not documented.
    if (httpStatus !== 200) void retryLater(url, message, retriedCount);
    return delivery;
  }

  async function retryLater(url: string, message: WebhookMessage, retriedCount: number) {
    const wait = webhookRetries[retriedCount];
    if (wait === undefined) return;
    await delay(wait, stopped);
    if (!stopped.aborted) await track(attempt(url, message, retriedCount + 1));
  }

  async function announce(payment: Payment): Promise<void> {
    const { url, copies } = plan;
    for (const message of messagesOf(payment, clock(), depositCallbacks)) {
      latest.set(payment.paymentKey, message);
      if (url === null) continue;
      for (let copy = 0; copy < copies && !stopped.aborted; copy++) await attempt(url, message, 0);
    }
  }

  return {
    timing: () => plan.timing,
    configure(changes) {
      plan = { ...plan, ...changes };
    },
    deliveries: () => log,
    async resend(paymentKey) {
      const message = latest.get(paymentKey);
      if (message === undefined || plan.url === null) {
        throw new Error(`No webhook of ${paymentKey} can be sent again: none was made, or no URL is set.`);
      }
      return track(attempt(plan.url, message, 0));
    },
    async idle() {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
    announce: (payment) => track(announce(payment)),
    announceSoon(payment) {
      if (!settings.webhooks) return;
      void track(delay(AFTER_REPLY_MS, stopped).then(() => announce(payment)));
    },
  };
}

/** Sends one webhook with the documented headers. No signature: payment events carry none. */
async function post(
  url: string,
  message: WebhookMessage,
  retriedCount: number,
  transmissionTime: string,
  stopped: AbortSignal,
): Promise<number | null> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "tosspayments-webhook-transmission-id": message.transmissionId,
        "tosspayments-webhook-transmission-time": transmissionTime,
        "tosspayments-webhook-transmission-retried-count": String(retriedCount),
      },
      body: message.body,
      redirect: "manual",
      signal: AbortSignal.any([stopped, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return null;
  }
}
