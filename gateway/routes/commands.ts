import { orderIdOf, type Reply } from "../../actors/command.ts";
import { pendingOf, refusalOf, resultOf } from "../answers.ts";
import { describe } from "../openapi.ts";
import { paymentEnd } from "../payment-outcome.ts";
import { HttpProblem, problemOf } from "../problem.ts";
import type { CommandView } from "../schemas/command.ts";
import { CommandParams } from "../schemas/common.ts";
import { newRoutes, type Services } from "../services.ts";

/** Where a 202 points: what became of a command. */
export const commandRoutes = (services: Services) =>
  newRoutes(services).get(
    "/commands/:id",
    async ({ params: { id }, request, set }): Promise<CommandView> => {
      const status = await services.client.status(id);
      const named = { commandId: id, orderId: orderIdOf(id) };
      switch (status.status) {
        case "unknown":
          throw new HttpProblem({
            code: "COMMAND_NOT_FOUND",
            detail: `No command ${id} is known. Send the request again with its Idempotency-Key.`,
          });
        case "pending":
          set.headers["retry-after"] = "1";
          return pendingOf({ id, orderId: named.orderId });
        case "dead":
          return { ...named, status: "dead", reason: status.reason, at: status.at };
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

const outcome = async (services: Services, request: Request, reply: Reply) => {
  if (!reply.ok) return { problem: problemOf(request, refusalOf(reply)) };
  if (reply.event !== "payment.requested") return { result: resultOf(reply) };
  const { entry: _, ...payment } = await paymentEnd(services, reply, 0);
  return { result: resultOf(reply, { payment }) };
};
