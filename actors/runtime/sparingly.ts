/** How often a store that is away is complained of by each that meets it: every command does, again and again. */
export const STORE_AWAY_EVERY_MS = 10_000;

/** Says something at most once in `everyMs`, with how often it was kept back meanwhile. */
export const sparingly = (everyMs: number, say: (fields: object, message: string) => void) => {
  let saidAt = Number.NEGATIVE_INFINITY;
  let keptBack = 0;
  return (fields: object, message: string): void => {
    const now = performance.now();
    if (now - saidAt < everyMs) {
      keptBack += 1;
      return;
    }
    say(keptBack > 0 ? { ...fields, keptBack } : fields, message);
    saidAt = now;
    keptBack = 0;
  };
};
