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

/** A wall clock is moved by some ms all the time; Bottleneck would make up for more by waiting. */
const SET_BACK_MS = 1_000;

/**
 * Bottleneck reckons by the wall clock: were that set back by a day, the next call would wait for a day. So it begins
 * anew then, and what it has let in before goes at its time.
 */
const createPace = (minTime: number) => {
  let pace = new Bottleneck({ minTime });
  let lastAt = Date.now();
  return <T>(job: () => Promise<T>): Promise<T> => {
    const now = Date.now();
    if (now < lastAt - SET_BACK_MS) pace = new Bottleneck({ minTime });
    lastAt = now;
    return pace.schedule(job);
  };
};

/**
 * Bottleneck spaces the calls; a bulkhead bounds them. Bottleneck could do both, but it takes in one call for each turn
 * of the event loop (measured: 420 a second, and 5 ms a call) and its `highWater` does not count those it has still to
 * take in. So it only works where a rate is asked for, which is slower than that anyway.
 */
export const createLimiter = ({ maxPerSecond, maxConcurrent, maxQueued }: LimiterOptions): Limiter => {
  const places = bulkhead(maxConcurrent, maxQueued);
  const pace = maxPerSecond === undefined ? undefined : createPace(1000 / maxPerSecond);
  return {
    async run<T>(job: () => Promise<T>) {
      let running: Promise<T> | undefined;
      const begin = () => {
        running = job();
        return running;
      };
      // A refusal rejects here with `running` unset, which proves that the job never began.
      await places.execute(() => (pace ? pace(begin) : begin())).catch(() => {});
      return running;
    },
  };
};
