import { Value } from "@sinclair/typebox/value";
import { type Actor, commandId, newCommand } from "../../actors/command.ts";
import type { OrderDocument } from "../../actors/document.ts";
import { OrderId, restoreSnapshot } from "../../machines/mod.ts";
import { bodyProblems, describe } from "../openapi.ts";
import { TossWebhook, TossWebhookHeaders } from "../schemas/webhook.ts";
import { newRoutes, type Services } from "../services.ts";
import { hand } from "../submit.ts";

const toss: Actor = { role: "service", id: "toss-webhook" };

/**
 * Toss' webhooks. They are unsigned, so all that one can do is make us look the payment up. Answered with 200 as soon
 * as the notice is durable, and for what does not concern us as well: an answer other than 200 makes Toss repeat for
 * days, and telling known orders from unknown ones would help who scans for them.
 */
export const webhookRoutes = (services: Services) =>
  newRoutes(services).post(
    "/webhooks/toss",
    async ({ body, headers }) => {
      const about = paymentIn(body);
      if (!about) return {};
      const paymentKey = await knownPayment(services, about);
      if (paymentKey === undefined) {
        services.log.info({ event: about.event }, "a webhook about no payment of ours was ignored");
        return {};
      }
      await services.rates.payment(paymentKey);
      const transmission = headers["tosspayments-webhook-transmission-id"] ?? about.fingerprint;
      await hand(
        services,
        newCommand({
          id: commandId(about.orderId, "toss-webhook", transmission),
          orderId: about.orderId,
          type: "payment.notice",
          data: { paymentKey },
          actor: toss,
          issuedAt: new Date(services.clock.now()).toISOString(),
        }),
        0,
      );
      return {};
    },
    {
      parse: [
        ({ request }: { request: Request }) => services.rates.webhook(request),
        services.readJson,
        "json",
      ],
      headers: TossWebhookHeaders,
      body: TossWebhook,
      detail: describe({
        tag: "Webhooks",
        summary: "Take a webhook from Toss",
        replies: { 200: "Nothing" },
        problems: bodyProblems,
      }),
    },
  );

interface About {
  readonly event: string;
  readonly orderId: string;
  /** Not told by a deposit callback, which means the newest payment. */
  readonly paymentKey?: string;
  /** Stands in for a missing transmission id: the same for a repetition. */
  readonly fingerprint: string;
}

const paymentIn = (body: TossWebhook): About | undefined => {
  if ("data" in body && body.eventType === "PAYMENT_STATUS_CHANGED") {
    const { orderId, paymentKey } = body.data as { orderId: string; paymentKey: string };
    return { event: body.eventType, orderId, paymentKey, fingerprint: `${paymentKey} ${body.createdAt}` };
  }
  if (!("transactionKey" in body) || body.eventType !== undefined) return undefined;
  const { orderId, transactionKey, status } = body;
  return { event: "DEPOSIT_CALLBACK", orderId, fingerprint: `${transactionKey} ${status}` };
};

/** The paymentKey that the webhook is about, if one of that order's payments has it. */
const knownPayment = async ({ client }: Services, about: About): Promise<string | undefined> => {
  if (!Value.Check(OrderId, about.orderId)) return undefined;
  const document: OrderDocument | undefined = await client.get(about.orderId);
  if (!document?.snapshot) return undefined;
  const { payments } = restoreSnapshot(client.domain, document.snapshot).context;
  if (about.paymentKey === undefined) return payments.at(-1)?.paymentKey;
  return payments.find(({ paymentKey }) => paymentKey === about.paymentKey)?.paymentKey;
};
