import { Type } from "@sinclair/typebox";
import { readIntegers } from "../integers.ts";
import { orderPath } from "../links.ts";
import { describe } from "../openapi.ts";
import { exact, limit, OrderParams } from "../schemas/common.ts";
import { existingOrder, newRoutes, type Services } from "../services.ts";
import { historyEntryView } from "../view.ts";

const Query = Type.Object(
  {
    after: Type.Optional(
      Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: "A seq" }),
    ),
    limit: limit(500, 100),
  },
  exact,
);

/** What happened to an order, oldest first, by pages. */
export const historyRoutes = (services: Services) =>
  newRoutes(services).get(
    "/orders/:id/history",
    async ({ caller, params: { id }, query: { after = 0, limit: size = 100 } }) => {
      await existingOrder(services, caller, id);
      const entries = await services.client.history(id, { after, limit: size });
      const last = entries.at(-1);
      return {
        entries: entries.map((entry) => historyEntryView(id, entry, caller)),
        ...(last &&
          entries.length === size && {
            next: { href: `${orderPath(id)}/history?after=${last.seq}&limit=${size}` },
          }),
      };
    },
    {
      params: OrderParams,
      query: Query,
      transform: readIntegers("after", "limit"),
      detail: describe({
        tag: "Following",
        summary: "Read an order's history",
        replies: { 200: "History" },
        problems: ["VALIDATION_FAILED", "ORDER_NOT_FOUND"],
      }),
    },
  );
