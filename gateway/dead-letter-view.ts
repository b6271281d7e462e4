import type { DeadLetter } from "../actors/ports.ts";
import { commandPath, orderPath } from "./links.ts";
import type { DeadLetterView } from "./schemas/command.ts";

/** A dead letter as the API shows it: without its data, which may be personal. */
export const deadLetterView = ({ command, reason, at }: DeadLetter): DeadLetterView => ({
  commandId: command.id,
  orderId: command.orderId,
  type: command.type,
  actor: { role: command.actor.role, id: command.actor.id },
  issuedAt: command.issuedAt,
  reason,
  at,
  _links: {
    command: { href: commandPath(command.id) },
    order: { href: orderPath(command.orderId) },
    retry: { href: `/dead-letters/${command.id}/retry`, method: "POST" },
  },
});
