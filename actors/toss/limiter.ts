import Bottleneck from "bottleneck";

export interface LimiterOptions {
  /** Calls begun in a second, evenly spaced; undefined: no limit. */
  readonly maxPerSecond?: number | undefined;
  /** Calls under way at once. */
  readonly maxConcurrent: number;
  /** Calls that wait for their turn; those beyond are refused. */
  readonly maxQueued: number;
}

export interface Limiter {
  /** Runs `job` in its turn, or resolves to undefined without ever beginning it when too many wait. */
  run<T>(job: () => Promise<T>): Promise<T | undefined>;
}

export const createLimiter = ({ maxPerSecond, maxConcurrent, maxQueued }: LimiterOptions): Limiter => {
  const limiter = new Bottleneck({
    maxConcurrent,
    minTime: maxPerSecond === undefined ? 0 : 1000 / maxPerSecond,
    highWater: maxQueued,
    strategy: Bottleneck.strategy.OVERFLOW,
  });
  return {
    async run<T>(job: () => Promise<T>) {
      let running: Promise<T> | undefined;
      // A refusal rejects here with `running` unset, which is the proof that the job never began.
      await limiter
        .schedule(() => {
          running = job();
          return running;
        })
        .catch(() => {});
      return running;
    },
  };
};
