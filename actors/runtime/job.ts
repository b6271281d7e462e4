import type { Instant } from "../../machines/mod.ts";
import type { Command, Reply } from "../command.ts";
import type { PendingEffect } from "../document.ts";

/** One thing to fold into an order: commands, then news of the effect that they come from, in one write. */
export interface Job {
  readonly orderId: string;
  readonly command?: Command;
  /** What else the same answer of Toss asks for: folded after `command`, in the same write. */
  readonly more?: readonly Command[];
  readonly effect?: EffectUpdate;
  /** It has not been folded before, so an order that it places is most likely new. */
  readonly firstTry?: boolean;
  /** The stored version that it was found at: an order remembered from before that is read anew. */
  readonly seenVersion?: number;
  /** Told once, after the write. */
  settle(outcome: JobOutcome): void;
}

/**
 * News of a pending effect. What to do next applies only while the effect stands at this try, so that a late runner
 * changes no plan; that it is finished applies always, because a definite answer is definite whichever try got it.
 */
export interface EffectUpdate {
  readonly id: string;
  readonly since: Instant;
  readonly tries: number;
  /** Left out: the effect is finished. */
  readonly next?: Partial<Pick<PendingEffect, "keySeq" | "tries" | "dueAt" | "uncertain" | "lastError">>;
}

/** The job's commands, in the order in which they are folded. */
export const commandsOf = ({ command, more = [] }: Job): readonly Command[] =>
  command ? [command, ...more] : more;

export type JobOutcome =
  | {
      readonly status: "stored";
      readonly reply?: Reply;
      /** The replies to `more`. */
      readonly more?: readonly Reply[];
      /** Whether the news of an effect applied; false when the effect has gone on or ended meanwhile. */
      readonly applied?: boolean;
    }
  /** The command itself can't be processed: a defect or an unreadable order. Nothing was written for it. */
  | { readonly status: "failed"; readonly error: unknown }
  /** The store is away or the order is contended. Nothing is known to be written; bring it again. */
  | { readonly status: "again"; readonly error: unknown };
