import { CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhenResult } from "cockatiel";

export type CircuitName = "closed" | "open" | "halfOpen";

export interface CircuitOptions {
  /** How many outages in a row open it. */
  readonly openAfter: number;
  /** How long it stays open, in ms, before one call is let through to try. */
  readonly halfOpenAfterMs: number;
}

/** Stops calls to a service that is down, then lets one through at a time until it is up again. */
export interface Circuit<T> {
  /** `halfOpen`: the next call is the one that tries, or it is under way. */
  state(): CircuitName;
  /** Whether a call would be refused now. */
  refuses(): boolean;
  /** Runs `job`, or resolves to undefined without having begun it. */
  run(job: () => Promise<T>): Promise<T | undefined>;
}

/** `isOutage` says whether a job's result shows the service down; jobs do not throw. */
export const createCircuit = <T>(
  options: CircuitOptions,
  isOutage: (result: T) => boolean,
  onChange: (state: CircuitName) => void,
): Circuit<T> => {
  const policy = circuitBreaker(
    handleWhenResult((result) => isOutage(result as T)),
    // It reckons by the wall clock, which may be set back: `tryAt` says when, by one that may not, and the policy never.
    { breaker: new ConsecutiveBreaker(options.openAfter), halfOpenAfter: Number.NEGATIVE_INFINITY },
  );
  let tryAt = 0;
  policy.onBreak(() => {
    tryAt = performance.now() + options.halfOpenAfterMs;
    onChange("open");
  });
  policy.onHalfOpen(() => onChange("halfOpen"));
  policy.onReset(() => onChange("closed"));

  // The policy itself leaves `open` only when a call comes. Readiness that waited for `open` to end would keep away the
  // very call that ends it, so the end of the wait counts as half-open already.
  const state = (): CircuitName => {
    if (policy.state === CircuitState.Closed) return "closed";
    return policy.state === CircuitState.HalfOpen || performance.now() >= tryAt ? "halfOpen" : "open";
  };
  // While one call tries, the policy would let the others wait for it, as long as a whole timeout: they go away instead.
  const refuses = () => policy.state === CircuitState.HalfOpen || state() === "open";

  return {
    state,
    refuses,
    async run(job) {
      if (refuses()) return undefined;
      let running: Promise<T> | undefined;
      const begin = () => {
        running = job();
        return running;
      };
      await policy.execute(begin).catch(() => {});
      return running;
    },
  };
};
