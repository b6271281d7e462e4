/** Durations in ms, the rest in commands under way at once. */
export interface ConcurrencyOptions {
  /** How long a command may wait on average. What is over it is a queue, and a queue only adds to everybody's wait. */
  readonly targetMs: number;
  readonly least: number;
  readonly most: number;
  readonly initial: number;
  /** How long is looked at before the limit moves. */
  readonly windowMs: number;
}

export const defaultConcurrency = { least: 256, most: 2_048, initial: 1_024, windowMs: 100 } as const;

export interface ConcurrencyLimit {
  readonly limit: number;
  /** One command was answered after `ms`, while `underWay` were. `now` on any clock that only goes forward. */
  answered(ms: number, underWay: number, now: number): void;
}

/** Fewer answers than this say nothing of a window. */
const ENOUGH = 8;
const SHRINK = 0.8;
const GROW = 0.1;

/**
 * How many commands may be under way, found by measuring: grown by a tenth while those answered waited less than the
 * target, shrunk by up to a fifth when they waited longer. So it follows what runtime and store can do today, be it
 * 300 commands a second or 15,000. It moves only when it is used: a slow answer to a lone request is no queue.
 */
export const createConcurrencyLimit = (options: ConcurrencyOptions): ConcurrencyLimit => {
  const { targetMs, least, most, windowMs } = options;
  let limit = options.initial;
  let windowEnd = Number.NEGATIVE_INFINITY;
  let answers = 0;
  let waited = 0;
  let peak = 0;

  const move = () => {
    const mean = waited / answers;
    if (peak < limit / 2) return;
    if (mean > targetMs) limit = Math.max(least, Math.floor(limit * Math.max(SHRINK, targetMs / mean)));
    else if (peak >= limit * (1 - GROW)) limit = Math.min(most, Math.ceil(limit * (1 + GROW)));
  };

  return {
    get limit() {
      return limit;
    },
    answered(ms, underWay, now) {
      answers += 1;
      waited += ms;
      if (underWay > peak) peak = underWay;
      if (now < windowEnd || answers < ENOUGH) return;
      move();
      windowEnd = now + windowMs;
      answers = 0;
      waited = 0;
      peak = 0;
    },
  };
};
