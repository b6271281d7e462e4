import type { Context } from "elysia";
import { answer } from "../answers.ts";
import type { Caller } from "../caller.ts";
import type { ProblemCode } from "../errors.ts";
import { commandProblems, describe } from "../openapi.ts";
import { CancellationParams, CommandHeaders, NoBody } from "../schemas/common.ts";
import { newRoutes, type Services } from "../services.ts";
import { submitToOrder } from "../submit.ts";

type Step = "cancellation.restock" | "cancellation.withdraw" | "refund.retry";

interface StepRequest {
  readonly caller: Caller;
  readonly params: { readonly id: string; readonly cid: string };
  readonly headers: { readonly "idempotency-key": string };
  readonly request: Request;
  readonly set: Context["set"];
}

/** The steps of a cancellation: restocked, withdrawn, or its failed refund tried again. None needs a body. */
export const cancellationStepRoutes = (services: Services) => {
  const take = async (type: Step, path: string, { caller, headers, params, request, set }: StepRequest) => {
    const told = await submitToOrder(services, {
      caller,
      type,
      data: { cancellationId: params.cid },
      orderId: params.id,
      route: `POST /orders/:id/cancellations/:cid/${path}`,
      key: headers["idempotency-key"],
    });
    return answer(told, request, set, 200);
  };

  const hook = (summary: string, problems: readonly ProblemCode[]) => ({
    parse: [services.readJson, "json" as const],
    headers: CommandHeaders,
    params: CancellationParams,
    body: NoBody,
    detail: describe({
      tag: "Cancellations",
      summary,
      replies: { 200: "CommandResult", 202: "CommandPending" },
      problems: [...commandProblems, "ORDER_NOT_FOUND", "CANCELLATION_NOT_FOUND", ...problems],
    }),
  });

  return newRoutes(services)
    .post(
      "/orders/:id/cancellations/:cid/restock",
      ({ caller, headers, params, request, set }) =>
        take("cancellation.restock", "restock", { caller, headers, params, request, set }),
      hook("Say that the goods are back", ["CANCELLATION_ALREADY_RESTOCKED", "CANCELLATION_WITHDRAWN"]),
    )
    .post(
      "/orders/:id/cancellations/:cid/withdrawal",
      ({ caller, headers, params, request, set }) =>
        take("cancellation.withdraw", "withdrawal", { caller, headers, params, request, set }),
      hook("Withdraw a cancellation before restock", [
        "CANCELLATION_ALREADY_RESTOCKED",
        "CANCELLATION_WITHDRAWN",
      ]),
    )
    .post(
      "/orders/:id/cancellations/:cid/refund",
      ({ caller, headers, params, request, set }) =>
        take("refund.retry", "refund", { caller, headers, params, request, set }),
      hook("Try a failed refund again", ["REFUND_NOT_FAILED", "REFUND_IN_PROGRESS"]),
    );
};
