import Bottleneck from "bottleneck";
import { bulkhead } from "cockatiel";

export interface LimiterOptions {
  /** Calls begun in a second, evenly spaced; undefined: no limit. */
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
 * Bottleneck spaces the calls; a bulkhead bounds them. Bottleneck could do both, but it takes in one call for each turn
 * of the event loop (measured: 420 a second, and 5 ms a call) and its `highWater` does not count those it has still to
 * take in. So it only works where a rate is asked for, which is slower than that anyway.
 */
export const createLimiter = ({ maxPerSecond, maxConcurrent, maxQueued }: LimiterOptions): Limiter => {
  const places = bulkhead(maxConcurrent, maxQueued);
  const pace = maxPerSecond === undefined ? undefined : new Bottleneck({ minTime: 1000 / maxPerSecond });
  return {
    async run<T>(job: () => Promise<T>) {
      let running: Promise<T> | undefined;
      const begin = () => {
        running = job();
        return running;
      };
      // A refusal rejects here with `running` unset, which proves that the job never began.
      await places.execute(() => (pace ? pace.schedule(begin) : begin())).catch(() => {});
      return running;
    },
  };
};
