import { answer } from "../answers.ts";
import { commandProblems, describe } from "../openapi.ts";
import { CommandHeaders, EffectParams, NoBody } from "../schemas/common.ts";
import { newRoutes, type Services } from "../services.ts";
import { submitToOrder } from "../submit.ts";

/** Work at Toss that was given up, for operators. */
export const effectRoutes = (services: Services) =>
  newRoutes(services).post(
    "/orders/:id/effects/:eid/retry",
    async ({ caller, headers, params, request, set }) => {
      const told = await submitToOrder(services, {
        caller,
        type: "effect.retry",
        data: { effectId: params.eid },
        orderId: params.id,
        route: "POST /orders/:id/effects/:eid/retry",
        key: headers["idempotency-key"],
      });
      return answer(told, request, set, 200);
    },
    {
      parse: [services.readJson, "json"],
      headers: CommandHeaders,
      params: EffectParams,
      body: NoBody,
      detail: describe({
        tag: "Operations",
        summary: "Let an effect go on that waits for an operator",
        description:
          "One whose `nextTryAt` is null: without a definite answer for 15 days, or a stray payment that Toss would not " +
          "give back. It first asks Toss how the payment stands.",
        replies: { 200: "CommandResult", 202: "CommandPending" },
        problems: [...commandProblems, "ORDER_NOT_FOUND", "EFFECT_NOT_WAITING"],
      }),
    },
  );
