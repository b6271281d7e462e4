import type { Instant } from "../../machines/mod.ts";
import type { Actor } from "../command.ts";

/**
 * What someone did, or was kept from, that no order's history tells: a request denied, a dead letter brought again.
 * What was done to an order stands in its history.
 */
export interface AuditFact {
  readonly at: Instant;
  /** Null for a caller that could not say who it is. */
  readonly actor: Actor | null;
  /** Method and pattern, as in `POST /dead-letters/:id/retry`. */
  readonly action: string;
  /** The id in the path, where there is one. */
  readonly target: string | null;
  readonly outcome: "done" | "denied";
  /** Of the refusal. */
  readonly code?: string;
}

/** Takes a fact and returns at once; a flood of denials is kept as a count. */
export type AuditTrail = (fact: AuditFact) => void;
