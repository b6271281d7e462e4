import { type Actor, isPlacementOf, orderIdOf, type Reply } from "../../actors/command.ts";
import { pendingOf, refusalOf, resultOf } from "../answers.ts";
import { actorOf, type Caller, callerKey } from "../caller.ts";
import { describe } from "../openapi.ts";
import { paymentEnd } from "../payment-outcome.ts";
import { HttpProblem, problemOf } from "../problem.ts";
import type { CommandView } from "../schemas/command.ts";
import { CommandParams } from "../schemas/common.ts";
import { isWithinReach, newRoutes, type Services } from "../services.ts";

/** What it failed with can tell of our insides, which is for whoever works here. */
const PUT_ASIDE = "It failed by itself again and again, and waits for an operator.";

/** Where a 202 points: what became of a command. */
export const commandRoutes = (services: Services) =>
  newRoutes(services).get(
    "/commands/:id",
    async ({ caller, params: { id }, request, set }): Promise<CommandView> => {
      await withinReach(services, caller, id);
      const status = await services.client.status(id);
      const named = { commandId: id, orderId: orderIdOf(id) };
      switch (status.status) {
        case "unknown":
          throw commandNotFound(id);
        case "pending":
          set.headers["retry-after"] = "1";
          return pendingOf({ id, orderId: named.orderId });
        case "dead":
          return {
            ...named,
            status: "dead",
            reason: caller.role === "customer" ? PUT_ASIDE : status.reason,
            at: status.at,
          };
        case "done":
          return { ...named, status: "done", ...(await outcome(services, request, status.reply)) };
      }
    },
    {
      params: CommandParams,
      detail: describe({
        tag: "Commands",
        summary: "See what became of a command",
        description: "A payment's result says in `payment` how Toss answered.",
        replies: { 200: "Command" },
        problems: ["VALIDATION_FAILED", "COMMAND_NOT_FOUND"],
      }),
    },
  );

/**
 * Throws COMMAND_NOT_FOUND for a customer whose order this is not. Before there is an order, as while a placing waits
 * or when it was refused, the command's id says whose it is.
 */
const withinReach = async ({ client }: Services, caller: Caller, id: string): Promise<void> => {
  if (caller.role !== "customer" || isPlacementOf(id, callerKey(caller))) return;
  const document = await client.get(orderIdOf(id));
  if (!document) throw commandNotFound(id);
  if (!isWithinReach(caller, document)) throw commandNotFound(id, actorOf(caller));
};

const commandNotFound = (id: string, denied?: Actor): HttpProblem =>
  new HttpProblem(
    {
      code: "COMMAND_NOT_FOUND",
      detail: `No command ${id} is known. Send the request again with its Idempotency-Key.`,
    },
    {},
    denied,
  );

const outcome = async (services: Services, request: Request, reply: Reply) => {
  if (!reply.ok) return { problem: problemOf(request, refusalOf(reply)) };
  if (reply.event !== "payment.requested") return { result: resultOf(reply) };
  const { entry: _, ...payment } = await paymentEnd(services, reply, 0);
  return { result: resultOf(reply, { payment }) };
};
