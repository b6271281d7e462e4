import { status } from "elysia";
import { cancellationOf, commandData, restoreSnapshot } from "../../machines/mod.ts";
import { type AcceptedReply, acceptedReply, notAccepted, resultOf } from "../answers.ts";
import { cancellationPath, orderPath } from "../links.ts";
import { commandProblems, describe } from "../openapi.ts";
import { HttpProblem, orderNotFound } from "../problem.ts";
import { CancellationParams, CommandHeaders, OrderParams } from "../schemas/common.ts";
import { existingOrder, newRoutes, type Services } from "../services.ts";
import { submitToOrder } from "../submit.ts";
import { cancellationView } from "../view.ts";

/** Requesting a cancellation and reading one. */
export const cancellationRoutes = (services: Services) =>
  newRoutes(services)
    .post(
      "/orders/:id/cancellations",
      async ({ body, caller, headers, params, request, set }) => {
        const told = await submitToOrder(services, {
          caller,
          type: "cancellation.request",
          data: body,
          orderId: params.id,
          route: "POST /orders/:id/cancellations",
          key: headers["idempotency-key"],
        });
        const reply = acceptedReply(told);
        if (!reply) return notAccepted(told, request, set);
        if (reply.event !== "cancellation.requested") {
          set.headers.location = orderPath(reply.orderId);
          return status(200, resultOf(reply));
        }
        const cancellationId = await cancellationMadeBy(services, reply);
        set.headers.location = cancellationPath(reply.orderId, cancellationId);
        return status(201, resultOf(reply, { cancellationId }));
      },
      {
        parse: [services.readJson, "json"],
        headers: CommandHeaders,
        params: OrderParams,
        body: commandData["cancellation.request"],
        detail: describe({
          tag: "Cancellations",
          summary: "Cancel lines or quantities of a paid order, or an unpaid order as a whole",
          description:
            "201 with the new cancellation in Location; 200 when the order was unpaid and is now canceled.",
          replies: { 200: "CommandResult", 201: "CommandResult", 202: "CommandPending" },
          problems: [
            ...commandProblems,
            "ORDER_NOT_FOUND",
            "ORDER_NOT_CANCELABLE",
            "PAYMENT_IN_PROGRESS",
            "UNPAID_CANCEL_IS_WHOLE",
            "DUPLICATE_PRODUCT",
            "LINE_NOT_FOUND",
            "QUANTITY_EXCEEDS_LINE",
            "ITEM_ALREADY_CONFIRMED",
            "ITEM_ALREADY_CANCELING",
            "ITEM_ALREADY_REFUNDED",
            "NOTHING_TO_CANCEL",
            "TOO_MANY_CANCELLATIONS",
          ],
        }),
      },
    )
    .get(
      "/orders/:id/cancellations/:cid",
      async ({ caller, params }) => {
        const { snapshot } = await existingOrder(services, caller, params.id);
        if (!snapshot) throw orderNotFound(params.id);
        const { context } = restoreSnapshot(services.client.domain, snapshot);
        const cancellation = cancellationOf(context, params.cid);
        if (cancellation) return cancellationView(params.id, cancellation, caller.role);
        throw new HttpProblem({
          code: "CANCELLATION_NOT_FOUND",
          detail: `Order ${params.id} has no cancellation ${params.cid}. Read the order to see those it has.`,
        });
      },
      {
        params: CancellationParams,
        detail: describe({
          tag: "Cancellations",
          summary: "Read a cancellation",
          replies: { 200: "Cancellation" },
          problems: ["VALIDATION_FAILED", "ORDER_NOT_FOUND", "CANCELLATION_NOT_FOUND"],
        }),
      },
    );

/** The id that the cancellation got, by the event that made it. */
const cancellationMadeBy = async ({ client }: Services, { orderId, seq }: AcceptedReply): Promise<string> => {
  const [entry] = await client.history(orderId, { after: seq - 1, limit: 1 });
  return String(entry?.data.cancellationId);
};
