import type { Problem } from "./schemas/problem.ts";

/**
 * For TypeScript clients: the types of the API, from the gateway itself.
 *
 * @example
 * import { treaty } from "@elysiajs/eden";
 * import { type Gateway, isProblem } from "./gateway/client.ts";
 *
 * const jumun = treaty<Gateway>("http://127.0.0.1:3000");
 * const { data, error } = await jumun.orders.post(order, { headers: { "idempotency-key": crypto.randomUUID() } });
 * if (error && isProblem(error.value)) console.log(error.value.code);
 */
export type { Gateway } from "./mod.ts";
export type { CommandPending, CommandResult, CommandView, DeadLetterView } from "./schemas/command.ts";
export type { Fleet, Stuck, StuckOrders } from "./schemas/fleet.ts";
export type { CancellationView, HistoryEntryView, OrderView } from "./schemas/order.ts";
export type { Problem } from "./schemas/problem.ts";

/** Whether the body of a failed request is a problem document; every error that the gateway answers with is one. */
export const isProblem = (body: unknown): body is Problem =>
  typeof body === "object" &&
  body !== null &&
  "code" in body &&
  typeof body.code === "string" &&
  "type" in body &&
  body.type === `urn:jumun:problem:${body.code}`;
