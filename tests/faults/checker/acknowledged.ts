import type { HistoryEntryView } from "../../../gateway/schemas/order.ts";
import type { CommandOp } from "../clients/op.ts";
import type { Check, Evidence, Violation } from "./evidence.ts";
import { outcomeOf, seqOf } from "./outcome.ts";

const CHECK = "acknowledged";

/**
 * Every acknowledged command is in its order's history once, at the place and with the event and state that it was
 * told; a refused one is not there; one whose outcome nobody knows is there at most once; and nothing is there that
 * nobody asked.
 */
export const checkAcknowledged: Check = (evidence) => {
  const commands = Map.groupBy(commandsOf(evidence), ({ commandId }) => commandId);
  const found: Violation[] = [];
  for (const [commandId, asked] of commands) {
    const entries = entriesOf(evidence, asked[0]?.orderId ?? "");
    const caused = entries.filter((entry) => entry.commandId === commandId);
    for (const op of asked) found.push(...judge(op, caused, entries));
    if (caused.length > 1) found.push(violation(asked[0], "a command is in the history twice", { caused }));
  }
  for (const { order, history } of evidence.orders.values()) {
    for (const entry of history) {
      if (entry.actor.role === "system" || commands.has(entry.commandId)) continue;
      found.push({
        check: CHECK,
        about: order.orderId,
        message: "something happened that nobody asked",
        shown: entry,
      });
    }
  }
  return found;
};

const judge = (
  op: CommandOp,
  caused: readonly HistoryEntryView[],
  entries: readonly HistoryEntryView[],
): Violation[] => {
  const outcome = outcomeOf(op.answer);
  if (outcome === "refused" && caused.length > 0) {
    return [violation(op, "a refused command took place", { caused })];
  }
  if (outcome !== "accepted") return [];
  if (caused.length === 0)
    return [violation(op, "an acknowledged command is lost", { last: entries.at(-1) })];
  const seq = seqOf(op);
  if (seq === undefined) return [];
  const entry = entries[seq - 1];
  const { event, state } = op.answer?.body ?? {};
  if (entry?.type === event && entry?.to === state) return [];
  return [violation(op, "what was acknowledged is not what happened", { entry: entry ?? null })];
};

const commandsOf = ({ ops }: Evidence): CommandOp[] => ops.filter((op) => op.kind === "command");

const entriesOf = ({ orders }: Evidence, orderId: string): readonly HistoryEntryView[] =>
  orders.get(orderId)?.history ?? [];

const violation = (op: CommandOp | undefined, message: string, shown: object): Violation => ({
  check: CHECK,
  about: op?.orderId ?? "",
  message,
  shown: { op, ...shown },
});
