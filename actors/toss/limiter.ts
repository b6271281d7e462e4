import { bulkhead } from "cockatiel";
import { createPace } from "./pace.ts";

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
 * A bulkhead bounds the calls, and a pace spaces them. Bottleneck, which paces, could bound too, but its `highWater`
 * does not count the calls that it has still to take in.
 */
export const createLimiter = ({ maxPerSecond, maxConcurrent, maxQueued }: LimiterOptions): Limiter => {
  const places = bulkhead(maxConcurrent, maxQueued);
  const turn = maxPerSecond === undefined ? undefined : createPace(maxPerSecond);
  return {
    async run<T>(job: () => Promise<T>) {
      let running: Promise<T> | undefined;
      const begin = async () => {
        await turn?.();
        running = job();
        return running;
      };
      // A refusal rejects here with `running` unset, which proves that the job never began.
      await places.execute(begin).catch(() => {});
      return running;
    },
  };
};
