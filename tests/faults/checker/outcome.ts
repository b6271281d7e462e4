import type { Answer, CommandOp } from "../clients/op.ts";

/**
 * What an answer to a command says. `accepted`: it happened. `refused`: it never will. `promised`: it will be run.
 * `absent`: there is no such order. `unknown`: nothing is known; it may happen at any time, once or never.
 */
export type Outcome = "accepted" | "refused" | "promised" | "absent" | "unknown";

/** Answers of status 4xx that tell of a payment which was taken up, and how it ended. */
const paymentEnds: ReadonlySet<unknown> = new Set(["PAYMENT_DECLINED", "PAYMENT_STRAYED"]);

export const outcomeOf = (answer: Answer | null): Outcome => {
  if (answer === null) return "unknown";
  const { status, body } = answer;
  if (status === 202) return "promised";
  if (status < 300) return "accepted";
  if (status === 408 || status === 429 || status >= 500) return "unknown";
  if (paymentEnds.has(body.code)) return "accepted";
  if (body.commandId !== undefined) return "refused";
  return body.code === "ORDER_NOT_FOUND" ? "absent" : "unknown";
};

export const isForGood = (outcome: Outcome): boolean => outcome === "accepted" || outcome === "refused";

/** The place in the order's history that an accepted answer names. */
export const seqOf = ({ answer }: CommandOp): number | undefined =>
  Number.isSafeInteger(answer?.body.seq) ? Number(answer?.body.seq) : undefined;
