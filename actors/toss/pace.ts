import Bottleneck from "bottleneck";

/**
 * Bottleneck takes in one job for each turn of the event loop (measured: 420 a second, and fewer the busier a shop is),
 * so where more calls a second are asked for, one job lets several of them begin.
 */
const JOBS_PER_SECOND = 200;

/** A wall clock is moved by some ms all the time; Bottleneck would make up for more by waiting. */
const SET_BACK_MS = 1_000;

/** Resolves when it is the caller's turn: so many a second, evenly spaced, and none is saved up. */
export const createPace = (perSecond: number): (() => Promise<void>) => {
  const together = Math.ceil(perSecond / JOBS_PER_SECOND);
  const minTime = (1_000 * together) / perSecond;
  const waiting: (() => void)[] = [];
  let bottleneck = new Bottleneck({ minTime });
  /** For so many callers a job of this bottleneck is under way. */
  let places = 0;
  let lastAt = Date.now();

  const scheduleJobs = () => {
    const mine = bottleneck;
    for (; places < waiting.length; places += together) {
      void mine.schedule(async () => {
        if (mine !== bottleneck) return; // others were scheduled in its place
        places -= together;
        for (const begin of waiting.splice(0, together)) begin();
      });
    }
  };

  /** It reckons by the wall clock: were that set back by a day, the next call would wait for a day. */
  const beginAnewAfterSetBack = () => {
    const now = Date.now();
    if (now < lastAt - SET_BACK_MS) {
      bottleneck = new Bottleneck({ minTime });
      places = 0;
    }
    lastAt = now;
  };

  return () =>
    new Promise((resolve) => {
      beginAnewAfterSetBack();
      waiting.push(resolve);
      scheduleJobs();
    });
};
