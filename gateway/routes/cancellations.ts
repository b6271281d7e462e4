import { status } from "elysia";
import {
  type CancellationState,
  cancellationOf,
  commandData,
  type OrderEventType,
  readOrder,
} from "../../machines/mod.ts";
import { type AcceptedReply, acceptedReply, notAccepted, resultOf } from "../answers.ts";
import type { Caller } from "../caller.ts";
import { cancellationPath, orderPath } from "../links.ts";
import { commandProblems, describe } from "../openapi.ts";
import { waitPreferred } from "../prefer.ts";
import { HttpProblem, orderNotFound } from "../problem.ts";
import { CancellationParams, CommandHeaders, OrderParams, ReadHeaders } from "../schemas/common.ts";
import { existingOrder, newRoutes, type Services } from "../services.ts";
import { submitToOrder } from "../submit.ts";
import { untilEntry } from "../until-entry.ts";
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
      async ({ caller, headers, params: { id, cid } }) => {
        const { cancellation, seq } = await existingCancellation(services, caller, id, cid);
        const waitMs = waitPreferred(headers.prefer, { ...services.config, paymentWaitMs: 0 });
        if (waitMs === 0 || !refundUnderWay.has(cancellation.state))
          return cancellationView(id, cancellation, caller.role);
        await untilEntry(
          services,
          id,
          { after: seq, waitMs },
          ({ type, data }) => refundEnds.has(type) && data.cancellationId === cid,
        );
        const after = await existingCancellation(services, caller, id, cid);
        return cancellationView(id, after.cancellation, caller.role);
      },
      {
        params: CancellationParams,
        headers: ReadHeaders,
        detail: describe({
          tag: "Cancellations",
          summary: "Read a cancellation",
          description:
            "With `Prefer: wait=<seconds>`, while its refund is under way, the answer waits so long for its end.",
          replies: { 200: "Cancellation" },
          problems: ["VALIDATION_FAILED", "ORDER_NOT_FOUND", "CANCELLATION_NOT_FOUND"],
        }),
      },
    );

/** Restocked, so that the refund follows by itself. */
const refundUnderWay: ReadonlySet<CancellationState> = new Set(["restocked", "refunding"]);

const refundEnds: ReadonlySet<OrderEventType> = new Set(["refund.completed", "refund.failed"]);

/** The cancellation with the order's seq, or the problem that one of the two does not exist. */
const existingCancellation = async (
  services: Services,
  caller: Caller,
  orderId: string,
  cancellationId: string,
) => {
  const { snapshot, seq } = await existingOrder(services, caller, orderId);
  if (!snapshot) throw orderNotFound(orderId);
  const cancellation = cancellationOf(readOrder(snapshot), cancellationId);
  if (cancellation) return { cancellation, seq };
  throw new HttpProblem({
    code: "CANCELLATION_NOT_FOUND",
    detail: `Order ${orderId} has no cancellation ${cancellationId}. Read the order to see those it has.`,
  });
};

/** The id that the cancellation got, by the event that made it. */
const cancellationMadeBy = async ({ client }: Services, { orderId, seq }: AcceptedReply): Promise<string> => {
  const [entry] = await client.history(orderId, { after: seq - 1, limit: 1 });
  return String(entry?.data.cancellationId);
};
