import type { CommandOp } from "../clients/op.ts";
import type { Check } from "./evidence.ts";
import { violationsOf } from "./evidence.ts";
import { isForGood, outcomeOf } from "./outcome.ts";

/**
 * One Idempotency-Key has one answer for good, word for word, whoever asks and however often; and it names its
 * command.
 */
export const checkAnswers: Check = ({ ops }) => {
  const forGood = ops.filter(
    (op): op is CommandOp => op.kind === "command" && isForGood(outcomeOf(op.answer)),
  );
  const strangers = forGood.filter(({ commandId, answer }) => answer?.body.commandId !== commandId);
  const changed = [...Map.groupBy(forGood, ({ commandId }) => commandId)].flatMap(([, [first, ...others]]) =>
    others.filter(({ answer }) => !Bun.deepEquals(answer, first?.answer)).map((other) => ({ first, other })),
  );
  return violationsOf("answers", [
    ...strangers.map((op) => ({
      about: op.orderId,
      message:
        "an answer names another command than was asked (callers and keys make command ids: see clients/identity.ts)",
      shown: op,
    })),
    ...changed.map(({ first, other }) => ({
      about: other.orderId,
      message: "the same Idempotency-Key was answered in two ways",
      shown: { first, other },
    })),
  ]);
};
