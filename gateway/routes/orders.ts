import { Type } from "@sinclair/typebox";
import { orderIdFor, placementId } from "../../actors/command.ts";
import type { OrderDocument } from "../../actors/document.ts";
import { commandData, PaymentKey, SnapshotError } from "../../machines/mod.ts";
import { answer } from "../answers.ts";
import { forbidden } from "../auth/denied.ts";
import { type Caller, type CallerRole, callerKey } from "../caller.ts";
import { notValid, wrongDays } from "../days.ts";
import { readIntegers } from "../integers.ts";
import { commandProblems, describe } from "../openapi.ts";
import { State } from "../schemas/command.ts";
import { CommandHeaders, Day, exact, limit, OrderParams } from "../schemas/common.ts";
import type { OrderView } from "../schemas/order.ts";
import { existingOrder, newRoutes, type Services } from "../services.ts";
import { submit } from "../submit.ts";
import { orderView } from "../view.ts";

const PAGE = 50;

const Query = Type.Object(
  {
    state: Type.Optional(State),
    customerId: Type.Optional(Type.String({ pattern: "^[A-Za-z0-9._@:-]{1,64}$" })),
    paymentKey: Type.Optional(PaymentKey),
    placedFrom: Type.Optional(Day),
    placedTo: Type.Optional(Day),
    cursor: Type.Optional(
      Type.String({ pattern: "^[A-Za-z0-9_=.~-]{1,300}$", description: "From the last page" }),
    ),
    limit: limit(200, PAGE),
  },
  exact,
);

/** Placing, reading and listing orders. */
export const orderRoutes = (services: Services) =>
  newRoutes(services)
    .post(
      "/orders",
      async ({ body, caller, headers, request, set }) => {
        if (caller.role === "customer" && body.customer.id !== caller.id) {
          throw forbidden(
            "A customer orders for itself only: `customer.id` must be its own id. Nothing was changed.",
            caller,
          );
        }
        const key = headers["idempotency-key"];
        const orderId = orderIdFor(callerKey(caller), key);
        const told = await submit(services, {
          type: "order.place",
          data: body,
          orderId,
          caller,
          id: placementId(orderId, callerKey(caller), key),
        });
        return answer(told, request, set, 201);
      },
      {
        parse: [services.readJson, "json"],
        headers: CommandHeaders,
        body: commandData["order.place"],
        detail: describe({
          tag: "Orders",
          summary: "Place an order",
          replies: { 201: "CommandResult", 202: "CommandPending" },
          problems: [
            ...commandProblems,
            "ORDER_ALREADY_EXISTS",
            "TOO_MANY_LINES",
            "DUPLICATE_PRODUCT",
            "TOTAL_MISMATCH",
            "AMOUNT_OUT_OF_RANGE",
            "AMOUNT_BELOW_MINIMUM",
            "AMOUNT_OVER_LIMIT",
            "PAYMENT_METHOD_NOT_ACCEPTED",
          ],
        }),
      },
    )
    .get(
      "/orders/:id",
      async ({ caller, params }) =>
        orderView(services.client.domain, await existingOrder(services, caller, params.id), caller.role),
      {
        params: OrderParams,
        detail: describe({
          tag: "Orders",
          summary: "Read an order",
          replies: { 200: "Order" },
          problems: ["VALIDATION_FAILED", "ORDER_NOT_FOUND"],
        }),
      },
    )
    .get(
      "/orders",
      async ({ caller, query }) => {
        const customerId = customerIn(query, caller);
        const { placedFrom, placedTo } = query;
        const errors = wrongDays({ placedFrom, placedTo });
        if (placedFrom !== undefined && placedTo !== undefined && placedTo < placedFrom) {
          errors.push({ pointer: "/placedTo", message: "Expected a day that is not before placedFrom" });
        }
        if (errors.length > 0) throw notValid("query", errors);
        const { orders, nextCursor } = await services.client.list({
          ...query,
          ...(customerId !== undefined && { customerId }),
          limit: query.limit ?? PAGE,
        });
        return {
          orders: viewsOf(services, orders, caller.role),
          ...(nextCursor !== undefined && { nextCursor }),
        };
      },
      {
        query: Query,
        transform: readIntegers("limit"),
        detail: describe({
          tag: "Orders",
          summary: "List orders, newest first",
          description:
            "What is asked for must all hold. `placedFrom` and `placedTo` are days in Korea, both included; `paymentKey` " +
            "finds the order that a payment belongs to.",
          replies: { 200: "OrderPage" },
          problems: ["VALIDATION_FAILED", "COMMAND_MALFORMED"],
        }),
      },
    );

/** Whose orders: a customer's are its own, whether or not it says so. */
const customerIn = (query: { customerId?: string }, caller: Caller): string | undefined => {
  if (caller.role !== "customer") return query.customerId;
  if (query.customerId === undefined || query.customerId === caller.id) return caller.id;
  throw forbidden("A customer lists its own orders only. Leave out `customerId`.", caller);
};

/** A page of orders. One that this release can't read must not hide the others: it is left out, and told in the log. */
const viewsOf = (
  { client, log }: Services,
  documents: readonly OrderDocument[],
  role: CallerRole,
): OrderView[] =>
  documents.flatMap((document) => {
    try {
      return orderView(client.domain, document, role);
    } catch (error) {
      if (!(error instanceof SnapshotError)) throw error;
      log.error({ orderId: document.orderId, error }, "an order can't be read and is left out of a list");
      return [];
    }
  });
