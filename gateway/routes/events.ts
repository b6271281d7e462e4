import { Type } from "@sinclair/typebox";
import { eventStream } from "../event-stream.ts";
import { describe } from "../openapi.ts";
import { HttpProblem } from "../problem.ts";
import { OrderParams } from "../schemas/common.ts";
import { existingOrder, newRoutes, type Services } from "../services.ts";
import { eventStreamResponse } from "../sse.ts";

const Headers = Type.Object(
  {
    "last-event-id": Type.Optional(
      Type.String({ pattern: "^[0-9]{1,15}$", description: "The seq of the last event seen" }),
    ),
  },
  { additionalProperties: true },
);

/** Following one order live. */
export const eventRoutes = (services: Services) =>
  newRoutes(services).get(
    "/orders/:id/events",
    async ({ caller, params: { id }, headers, request }) => {
      const { seq } = await existingOrder(services, caller, id);
      const after = Number(headers["last-event-id"] ?? 0);
      if (after > seq) {
        throw new HttpProblem({
          code: "VALIDATION_FAILED",
          detail: `Last-Event-ID ${after} is ahead of order ${id}, whose newest event is ${seq}. Connect without it.`,
        });
      }
      return eventStreamResponse(request.method === "HEAD" ? null : eventStream(services, caller, id, after));
    },
    {
      params: OrderParams,
      headers: Headers,
      detail: describe({
        tag: "Following",
        summary: "Follow an order by server-sent events",
        description:
          "Each event's data is a HistoryEntry and its id the entry's seq. Starts with the whole history, or after " +
          "Last-Event-ID; each entry comes once, in order.",
        replies: { 200: { eventsOf: "HistoryEntry" } },
        problems: ["VALIDATION_FAILED", "ORDER_NOT_FOUND"],
      }),
    },
  );
