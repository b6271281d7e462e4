import { type Context, status } from "elysia";
import type { Command, Reply } from "../actors/command.ts";
import { commandPath, orderLinks, orderPath } from "./links.ts";
import { type ProblemDetails, problem } from "./problem.ts";
import type { CommandPending, CommandResult } from "./schemas/command.ts";
import type { Told } from "./submit.ts";

type Set = Context["set"];
export type AcceptedReply = Extract<Reply, { ok: true }>;
type RefusedReply = Extract<Reply, { ok: false }>;

/** A command's reply as the API tells it. Only the reply goes in, so that a repeated request gets the same answer. */
export const resultOf = (
  { commandId, orderId, state, event, seq }: AcceptedReply,
  more: Pick<CommandResult, "cancellationId" | "payment"> = {},
): CommandResult => ({
  commandId,
  orderId,
  state,
  event,
  seq,
  ...more,
  _links: { command: { href: commandPath(commandId) }, ...orderLinks(orderId) },
});

export const pendingOf = ({ id, orderId }: Pick<Command, "id" | "orderId">): CommandPending => ({
  commandId: id,
  orderId,
  status: "pending",
  _links: { command: { href: commandPath(id) }, ...orderLinks(orderId) },
});

/** 202: the command is durable and will be run, whatever dies; the place to look is in Location. */
export const stillPending = (command: Pick<Command, "id" | "orderId">, set: Set) => {
  set.headers.location = commandPath(command.id);
  set.headers["retry-after"] = "1";
  return status(202, pendingOf(command));
};

export const refusalOf = ({ code, message, commandId, orderId }: RefusedReply): ProblemDetails => ({
  code,
  detail: message,
  commandId,
  orderId,
});

/** The answer to all that is not an accepted reply. */
export const notAccepted = (told: Told, request: Request, set: Set) => {
  const { command, status: outcome } = told;
  if (outcome.status === "done" && !outcome.reply.ok) return problem(request, set, refusalOf(outcome.reply));
  if (outcome.status !== "dead") return stillPending(command, set);
  set.headers.location = commandPath(command.id);
  return problem(request, set, {
    code: "COMMAND_FAILED",
    detail:
      "The command failed by itself again and again and was put aside for an operator, who may run it again. " +
      "Nothing was changed so far. Follow it at its command's URL.",
    commandId: command.id,
    orderId: command.orderId,
  });
};

export const acceptedReply = ({ status: outcome }: Told): AcceptedReply | undefined =>
  outcome.status === "done" && outcome.reply.ok ? outcome.reply : undefined;

/** The whole answer of a request whose success is its reply: `code` with the order's place, or why not. */
export const answer = <C extends 200 | 201>(told: Told, request: Request, set: Set, code: C) => {
  const reply = acceptedReply(told);
  if (!reply) return notAccepted(told, request, set);
  set.headers.location = orderPath(reply.orderId);
  return status(code, resultOf(reply));
};
