import type { CommandStatus } from "../actors/client.ts";
import { type Command, commandId, newCommand } from "../actors/command.ts";
import { RetryableError } from "../actors/errors.ts";
import type { CommandData, CommandType } from "../machines/mod.ts";
import { actorOf, type Caller, callerKey } from "./caller.ts";
import { existingOrder, type Services } from "./services.ts";

/** A caller's wish, before it is a command. */
export interface Ask<T extends CommandType> {
  readonly type: T;
  readonly data: CommandData<T>;
  readonly orderId: string;
  readonly caller: Caller;
  /** Derived from caller, route and key, so that the same request is the same command. */
  readonly id: string;
}

export interface OrderAsk<T extends CommandType> extends Omit<Ask<T>, "id"> {
  /** Method and pattern, as in `POST /orders/:id/payment`; with caller and key it identifies the command. */
  readonly route: string;
  readonly key: string;
}

export interface Told {
  readonly command: Command;
  readonly status: Exclude<CommandStatus, { status: "unknown" }>;
}

/** Hands the command in and waits for its stored reply. */
export const submit = <T extends CommandType>(services: Services, ask: Ask<T>): Promise<Told> =>
  hand(
    services,
    newCommand({
      id: ask.id,
      orderId: ask.orderId,
      type: ask.type,
      data: ask.data,
      actor: actorOf(ask.caller),
      issuedAt: new Date(services.clock.now()).toISOString(),
    }),
    services.config.commandWaitMs,
  );

/** For an order that must exist: an unknown id is refused by a read, so that nothing is written for it. */
export const submitToOrder = async <T extends CommandType>(
  services: Services,
  { route, key, ...ask }: OrderAsk<T>,
): Promise<Told> => {
  await existingOrder(services, ask.caller, ask.orderId);
  return submit(services, { ...ask, id: commandId(ask.orderId, callerKey(ask.caller), route, key) });
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
