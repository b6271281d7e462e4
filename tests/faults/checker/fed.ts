import type { ReadOp } from "../clients/op.ts";
import { type Check, type Evidence, violationsOf } from "./evidence.ts";
import { outcomeOf } from "./outcome.ts";
import { seenBy } from "./seen.ts";

/**
 * What is proved is proved of something: commands were accepted, orders and histories were read, each listener was
 * told, and nothing that the clients ask is turned away at the door, or the other checks would hold of nothing.
 */
export const checkFed: Check = (evidence) =>
  violationsOf("fed", [...missing(evidence), ...turnedAway(evidence)]);

const missing = ({ ops, channels, days }: Evidence) => {
  const reads = ops.filter((op): op is ReadOp => op.kind !== "command");
  const counts = {
    "accepted commands": ops.filter((op) => op.kind === "command" && outcomeOf(op.answer) === "accepted")
      .length,
    reads: reads.filter((op) => seenBy(op) !== undefined).length,
    listeners: channels.length,
    ...Object.fromEntries(
      channels.map(({ name, orderIds, delivered }) => [
        `events by ${name}`,
        Math.min(orderIds.length, delivered.length),
      ]),
    ),
    ...(days.length > 0 && { "settlement rows": days.reduce((sum, { truth }) => sum + truth.length, 0) }),
  };
  return Object.entries(counts).flatMap(([what, count]) =>
    count > 0
      ? []
      : [{ about: "the run", message: `there are no ${what}, so nothing is proved`, shown: counts }],
  );
};

/** An answer of status 4xx that names no command: neither an outcome nor a limit. */
const turnedAway = ({ ops }: Evidence) =>
  ops.flatMap((op) => {
    const status = op.answer?.status ?? 0;
    const isAtTheDoor = status >= 400 && status < 500 && outcomeOf(op.answer) === "unknown";
    if (!isAtTheDoor || status === 408 || status === 429) return [];
    return [{ about: op.orderId, message: `a request was turned away with ${status}`, shown: op }];
  });
