import { commandData } from "../../machines/mod.ts";
import { answer } from "../answers.ts";
import { commandProblems, describe } from "../openapi.ts";
import { CommandHeaders, OrderParams } from "../schemas/common.ts";
import { newRoutes, type Services } from "../services.ts";
import { submitToOrder } from "../submit.ts";

/** Purchase confirmation of some pieces, or of all that are still open. */
export const confirmationRoutes = (services: Services) =>
  newRoutes(services).post(
    "/orders/:id/purchase-confirmation",
    async ({ body, caller, headers, params, request, set }) => {
      const told = await submitToOrder(services, {
        caller,
        type: "purchase.confirm",
        data: body,
        orderId: params.id,
        route: "POST /orders/:id/purchase-confirmation",
        key: headers["idempotency-key"],
      });
      return answer(told, request, set, 200);
    },
    {
      parse: [services.readJson, "json"],
      headers: CommandHeaders,
      params: OrderParams,
      body: commandData["purchase.confirm"],
      detail: describe({
        tag: "Orders",
        summary: "Confirm the purchase of lines or quantities",
        replies: { 200: "CommandResult", 202: "CommandPending" },
        problems: [
          ...commandProblems,
          "ORDER_NOT_FOUND",
          "ORDER_NOT_CONFIRMABLE",
          "DUPLICATE_PRODUCT",
          "LINE_NOT_FOUND",
          "QUANTITY_EXCEEDS_LINE",
          "ITEM_ALREADY_CONFIRMED",
          "ITEM_ALREADY_CANCELING",
          "ITEM_ALREADY_REFUNDED",
          "NOTHING_TO_CONFIRM",
        ],
      }),
    },
  );
