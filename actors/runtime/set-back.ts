import type { Clock } from "../ports.ts";

/** More than a clock is corrected by while it runs. */
const CORRECTION_MS = 10_000;

/** Tells, each time that it is asked, whether the clock was set back since it was last asked. */
export const createSetBack = (clock: Clock): (() => boolean) => {
  const ahead = () => clock.now() - performance.now();
  let last = ahead();
  return () => {
    const before = last;
    last = ahead();
    return last < before - CORRECTION_MS;
  };
};
