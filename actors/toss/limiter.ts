import { bulkhead } from "cockatiel";

export interface LimiterOptions {
  /** Calls begun in a second, evenly spaced to the millisecond; undefined: no limit. */
  readonly maxPerSecond?: number | undefined;
  /** Calls under way at once, those waiting for their place in the second included. */
  readonly maxConcurrent: number;
  /** Calls that wait for one of those; calls beyond are refused. */
  readonly maxQueued: number;
}

export interface Limiter {
  /** Runs `job` in its turn, or resolves to undefined without ever beginning it when too many wait. */
  run<T>(job: () => Promise<T>): Promise<T | undefined>;
}

/**
 * A bulkhead bounds the calls, and a pace spaces them. Not by Bottleneck, as settlement's: that takes in one call for
 * each turn of the event loop, so that a shop whose limit is high paid 400 orders a second and, the busier it was and
 * the longer its turns took, fewer.
 */
export const createLimiter = ({ maxPerSecond, maxConcurrent, maxQueued }: LimiterOptions): Limiter => {
  const places = bulkhead(maxConcurrent, maxQueued);
  const turn = maxPerSecond === undefined ? undefined : createPace(1_000 / maxPerSecond);
  return {
    async run<T>(job: () => Promise<T>) {
      let running: Promise<T> | undefined;
      const begin = async () => {
        const wait = turn?.() ?? 0;
        if (wait > 0) await Bun.sleep(wait);
        running = job();
        return running;
      };
      // A refusal rejects here with `running` unset, which proves that the job never began.
      await places.execute(begin).catch(() => {});
      return running;
    },
  };
};

/** What a timer can tell apart, in ms: a call that is due within it begins at once. */
const TIMER_MS = 1;

/** Gives each caller the wait, in ms, until its turn; turns are `spacingMs` apart and none is saved up. */
const createPace = (spacingMs: number): (() => number) => {
  let next = 0;
  return () => {
    const now = performance.now();
    const at = Math.max(now, next);
    next = at + spacingMs;
    return at - now < TIMER_MS ? 0 : at - now;
  };
};
