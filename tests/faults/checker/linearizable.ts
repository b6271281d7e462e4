import type { Op } from "../clients/op.ts";
import type { Check, StoredOrder, Violation } from "./evidence.ts";
import { outcomeOf, seqOf } from "./outcome.ts";
import { seenBy } from "./seen.ts";

/** At the moment `at` it was known to a client that the order's history is at least `seq` long. */
interface Proof {
  readonly at: number;
  readonly seq: number;
  readonly op: Op;
}

/**
 * What began at `from` must stand in the order of things after every proof that was given before: at `least` or
 * later.
 */
interface Demand {
  readonly from: number;
  /** Where it stands. */
  readonly seq: number;
  /** How far beyond the last proof it must be: a read may see the same again, a new entry comes after. */
  readonly beyond: 0 | 1;
  readonly what: string;
  readonly op: Op;
}

/**
 * Each order is linearizable.
 *
 * An order is a log: a command appends one entry or none, a read sees a prefix. The final log says in which order the
 * appends took place, and a read's length says between which two of them it took place, so there is only one sequence
 * of operations that could explain what was seen (reads of the same length aside, whose order means nothing). Knossos
 * searches for such a sequence, which takes exponential time in general; here it is given, and what is left to prove
 * is that it agrees with real time: what had ended before another began stands before it. For all pairs at once that
 * is one sweep: whatever begins must stand at or beyond the longest prefix that anybody had been shown by then. That
 * what a read saw is that prefix, and that each entry is its command's, `reads.ts` and `acknowledged.ts` prove; that
 * what was refused could be, `refusals.ts`.
 *
 * An operation without an answer has no end and so proves nothing, but if its entry is in the log it must not stand
 * before what was known when it began.
 */
export const checkLinearizable: Check = ({ ops, orders }) =>
  [...Map.groupBy(ops, ({ orderId }) => orderId)].flatMap(([orderId, its]) =>
    sweep(proofsOf(its), demandsOf(its, orders.get(orderId))),
  );

const proofsOf = (ops: readonly Op[]): Proof[] =>
  ops.flatMap((op) => {
    const seq =
      op.kind === "command" ? (outcomeOf(op.answer) === "accepted" ? seqOf(op) : undefined) : seenBy(op);
    return seq === undefined || op.returnedAt === null ? [] : [{ at: op.returnedAt, seq, op }];
  });

const demandsOf = (ops: readonly Op[], stored: StoredOrder | undefined): Demand[] => {
  const firstAsked = new Map<string, Op>();
  const demands: Demand[] = [];
  for (const op of ops) {
    const from = op.invokedAt;
    if (outcomeOf(op.answer) === "absent") {
      demands.push({ from, seq: 0, beyond: 0, what: "an order was not found that was there", op });
    } else if (op.kind !== "command") {
      const seq = seenBy(op);
      if (seq !== undefined) demands.push({ from, seq, beyond: 0, what: "a read is stale", op });
    } else if (!firstAsked.has(op.commandId)) firstAsked.set(op.commandId, op);
  }
  for (const { commandId, seq } of stored?.history ?? []) {
    const op = firstAsked.get(commandId);
    if (!op) continue;
    demands.push({
      from: op.invokedAt,
      seq,
      beyond: 1,
      what: "a command took place before it was asked",
      op,
    });
  }
  return demands;
};

const sweep = (proofs: readonly Proof[], demands: readonly Demand[]): Violation[] => {
  const given = proofs.toSorted((a, b) => a.at - b.at);
  const found: Violation[] = [];
  let next = 0;
  let longest: Proof | undefined;
  for (const demand of demands.toSorted((a, b) => a.from - b.from)) {
    for (let proof = given[next]; proof && proof.at < demand.from; proof = given[next]) {
      if (!longest || proof.seq > longest.seq) longest = proof;
      next += 1;
    }
    if (!longest || demand.seq >= longest.seq + demand.beyond) continue;
    found.push({
      check: "linearizable",
      about: demand.op.orderId,
      message: `${demand.what}: it stands at ${demand.seq}, and ${longest.seq} had been shown before it began`,
      shown: { shownBefore: longest.op, op: demand.op },
    });
  }
  return found;
};
