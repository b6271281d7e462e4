import { Type } from "@sinclair/typebox";
import { orderIdOf } from "../../actors/command.ts";
import { TerminalError } from "../../actors/errors.ts";
import { stillPending } from "../answers.ts";
import { actorOf } from "../caller.ts";
import { deadLetterView } from "../dead-letter-view.ts";
import { readIntegers } from "../integers.ts";
import { bodyProblems, describe } from "../openapi.ts";
import { CommandParams, exact, limit, NoBody } from "../schemas/common.ts";
import { newRoutes, type Services } from "../services.ts";

const Query = Type.Object({ limit: limit(500, 100) }, exact);

/** Commands that failed by themselves again and again: looking at them, and letting them try again. */
export const deadLetterRoutes = (services: Services) =>
  newRoutes(services)
    .get(
      "/dead-letters",
      async ({ query }) => ({
        deadLetters: (await services.client.deadLetters(query.limit ?? 100)).map(deadLetterView),
      }),
      {
        query: Query,
        transform: readIntegers("limit"),
        detail: describe({
          tag: "Commands",
          summary: "List dead letters",
          replies: { 200: "DeadLetters" },
          problems: ["VALIDATION_FAILED"],
        }),
      },
    )
    .post(
      "/dead-letters/:id/retry",
      async ({ caller, params: { id }, set }) => {
        await revive(services, id);
        services.audit?.({
          at: new Date(services.clock.now()).toISOString(),
          actor: actorOf(caller),
          action: "POST /dead-letters/:id/retry",
          target: id,
          outcome: "done",
        });
        return stillPending({ id, orderId: orderIdOf(id) }, set);
      },
      {
        parse: [services.readJson, "json"],
        params: CommandParams,
        body: NoBody,
        detail: describe({
          tag: "Commands",
          summary: "Let a dead letter try again",
          description:
            "It keeps its command id, so it still runs at most once, and this request needs no key of its own.",
          replies: { 202: "CommandPending" },
          problems: [...bodyProblems, "DEAD_LETTER_NOT_FOUND"],
        }),
      },
    );

/** Asked again, it is on its way or done already, which is what was asked for. */
const revive = async ({ client }: Services, commandId: string): Promise<void> => {
  try {
    await client.revive(commandId);
  } catch (error) {
    if (!(error instanceof TerminalError && error.code === "DEAD_LETTER_NOT_FOUND")) throw error;
    const { status } = await client.status(commandId);
    if (status !== "pending" && status !== "done") throw error;
  }
};
