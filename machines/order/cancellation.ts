import { createMachine, transition } from "xstate";
import type { Instant } from "../instant.ts";
import type { Krw } from "../money.ts";
import type { Pieces } from "./lines.ts";
import type { Failure } from "./order.ts";

export type CancellationState = "requested" | "restocked" | "refunding" | "refunded" | "failed" | "withdrawn";

/** Pieces on their way back and the money that follows them. Several may be open at once over disjoint pieces. */
export interface Cancellation {
  /** `"1"`, `"2"`, … within the order. */
  readonly id: string;
  readonly state: CancellationState;
  readonly lines: readonly Pieces[];
  /** What is refunded for it, in KRW. */
  readonly amount: Krw;
  readonly reason: string;
  readonly requestedAt: Instant;
  readonly restockedAt?: Instant;
  /** How often a refund was begun; each has its own effect and idempotency key. */
  readonly refundAttempts: number;
  readonly failure?: Failure;
  readonly refundedAt?: string;
  /** Toss' key of this cancel, by which settlement finds its negative row. */
  readonly transactionKey?: string;
}

/**
 * The small machine of one cancellation. It is a value in the order's context, stepped by pure `transition`:
 * a spawned child actor would not run there, and its snapshot would be one more thing to restore.
 */
export const cancellationMachine = createMachine({
  id: "cancellation",
  initial: "requested",
  states: {
    requested: { on: { restock: "restocked", withdraw: "withdrawn" } },
    restocked: { on: { begin: "refunding" } },
    refunding: { on: { complete: "refunded", fail: "failed" } },
    // Toss may have refunded although it answered with an error; a later look-up then completes it.
    failed: { on: { retry: "refunding", complete: "refunded" } },
    refunded: {},
    withdrawn: {},
  },
});

export type CancellationEvent = "restock" | "withdraw" | "begin" | "complete" | "fail" | "retry";

/** What XState said of each state and event: a cancellation is nothing but its state, so it is asked once for each. */
const answers = new Map<string, CancellationState | undefined>();

/** The state after `event`, or undefined when the event does not apply in `state`. */
export const stepCancellation = (
  state: CancellationState,
  event: CancellationEvent,
): CancellationState | undefined => {
  const key = `${state} ${event}`;
  if (!answers.has(key)) answers.set(key, askXState(state, event));
  return answers.get(key);
};

const askXState = (state: CancellationState, event: CancellationEvent): CancellationState | undefined => {
  const before = cancellationMachine.resolveState({ value: state });
  const [after] = transition(cancellationMachine, before, { type: event });
  return after === before ? undefined : (after.value as CancellationState);
};

/** How a refund of ours is known again among Toss' `cancels[]`, whose objects carry no id of ours. */
export const refundTag = (cancellationId: string): string => `[C${cancellationId}]`;

/**
 * Toss' `cancelReason`, at most 200 characters.
 * @example refundReason({ id: "1", reason: "too small" }) // "[C1] too small"
 */
export const refundReason = (cancellation: Pick<Cancellation, "id" | "reason">): string =>
  `${refundTag(cancellation.id)} ${cancellation.reason}`.slice(0, 200);
