import type { CommandStatus } from "../actors/client.ts";
import { type Actor, type Command, commandId, newCommand } from "../actors/command.ts";
import { RetryableError } from "../actors/errors.ts";
import type { CommandData, CommandType } from "../machines/mod.ts";
import { callerKey } from "./caller.ts";
import { existingOrder, type Services } from "./services.ts";

/** A caller's wish, before it is a command. */
export interface Ask<T extends CommandType> {
  readonly type: T;
  readonly data: CommandData<T>;
  readonly orderId: string;
  readonly caller: Actor;
  /** Method and pattern, as in `POST /orders/:id/payment`; with caller and key it identifies the command. */
  readonly route: string;
  readonly key: string;
}

export interface Told {
  readonly command: Command;
  readonly status: Exclude<CommandStatus, { status: "unknown" }>;
}

/** Hands the command in and waits for its stored reply. The same caller, route and key are the same command. */
export const submit = <T extends CommandType>(services: Services, ask: Ask<T>): Promise<Told> =>
  hand(
    services,
    newCommand({
      id: commandId(ask.orderId, callerKey(ask.caller), ask.route, ask.key),
      orderId: ask.orderId,
      type: ask.type,
      data: ask.data,
      actor: ask.caller,
      issuedAt: new Date(services.clock.now()).toISOString(),
    }),
    services.config.commandWaitMs,
  );

/** For an order that must exist: an unknown id is refused by a read, so that nothing is written for it. */
export const submitToOrder = async <T extends CommandType>(
  services: Services,
  request: Request,
  ask: Omit<Ask<T>, "caller">,
): Promise<Told> => {
  const caller = await services.callerOf(request);
  await existingOrder(services, ask.orderId);
  return submit(services, { ...ask, caller });
};

/** Hands in a finished command and counts how it was answered. */
export const hand = async (
  { client, metrics, admission }: Services,
  command: Command,
  waitMs: number,
): Promise<Told> => {
  const since = performance.now();
  const status = await client.submit(command, waitMs);
  admission.answered(performance.now() - since);
  metrics.command(command.type, outcomeOf(status));
  if (status.status === "unknown") {
    throw new RetryableError("BUS_UNAVAILABLE", {
      message:
        "It can't be told whether the command arrived. Send the request again with the same Idempotency-Key.",
    });
  }
  return { command, status };
};

const outcomeOf = (status: CommandStatus): string => {
  if (status.status !== "done") return status.status;
  return status.reply.ok ? "accepted" : status.reply.code;
};
