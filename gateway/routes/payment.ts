import { status } from "elysia";
import { commandData } from "../../machines/mod.ts";
import { acceptedReply, notAccepted, resultOf, stillPending } from "../answers.ts";
import { orderPath } from "../links.ts";
import { commandProblems, describe } from "../openapi.ts";
import { failureMessage, paymentEnd } from "../payment-outcome.ts";
import { waitPreferred } from "../prefer.ts";
import { problem } from "../problem.ts";
import { OrderParams, PaymentHeaders } from "../schemas/common.ts";
import { newRoutes, type Services } from "../services.ts";
import { submitToOrder } from "../submit.ts";

/** Paying: the one request whose success lies beyond its command, in Toss' answer. */
export const paymentRoutes = (services: Services) =>
  newRoutes(services).post(
    "/orders/:id/payment",
    async ({ body, caller, headers, params, request, set }) => {
      const told = await submitToOrder(services, {
        caller,
        type: "payment.request",
        data: body,
        orderId: params.id,
        route: "POST /orders/:id/payment",
        key: headers["idempotency-key"],
      });
      const reply = acceptedReply(told);
      if (!reply) return notAccepted(told, request, set);

      const leave = services.paymentWaits.take(caller);
      const waitMs = leave ? waitPreferred(headers.prefer, services.config) : 0;
      const { entry, ...payment } = await paymentEnd(services, reply, waitMs).finally(leave);
      if (!entry) return stillPending(told.command, set);
      set.headers.location = orderPath(reply.orderId);
      const { commandId, orderId } = reply;
      if (payment.status === "captured") {
        return status(
          200,
          resultOf({ ...reply, state: entry.to, event: entry.type, seq: entry.seq }, { payment }),
        );
      }
      const reason = await failureMessage(services, orderId, payment.attempt);
      if (payment.status === "strayed") {
        return problem(request, set, {
          code: "PAYMENT_STRAYED",
          detail:
            entry.type === "payment.mismatched"
              ? `The payment was captured, but is not the one that was asked for${reason ? ` (${reason})` : ""}. It is being refunded in full.`
              : "The payment was captured when the order could not take it any more. It is being refunded in full.",
          orderId,
          commandId,
          ...(payment.tossCode !== undefined && { tossCode: payment.tossCode }),
        });
      }
      return problem(request, set, {
        code: "PAYMENT_DECLINED",
        detail: `Toss declined the payment${reason ? ` (${reason})` : ""}. Open a new payment window and pay with its paymentKey.`,
        orderId,
        commandId,
        ...(payment.tossCode !== undefined && { tossCode: payment.tossCode }),
      });
    },
    {
      parse: [services.readJson, "json"],
      headers: PaymentHeaders,
      params: OrderParams,
      body: commandData["payment.request"],
      detail: describe({
        tag: "Payment",
        summary: "Pay an order with a Toss paymentKey",
        description:
          "Waits for Toss' answer: 200 once captured, 402 when declined. While it is unknown, 202 with the command's " +
          "URL in Location; `Prefer: wait=<seconds>` sets how long to wait.",
        replies: { 200: "CommandResult", 202: "CommandPending" },
        problems: [
          ...commandProblems,
          "ORDER_NOT_FOUND",
          "PAYMENT_DECLINED",
          "PAYMENT_STRAYED",
          "ORDER_NOT_PAYABLE",
          "PAYMENT_IN_PROGRESS",
          "PAYMENT_AMOUNT_MISMATCH",
          "PAYMENT_KEY_IN_USE",
          "PAYMENT_ATTEMPTS_EXHAUSTED",
        ],
      }),
    },
  );
