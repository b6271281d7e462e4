export interface Turns {
  /** How long a turn of the event loop takes of late, from its first request to its end. ms */
  readonly ms: number;
  /** A request came. */
  seen(): void;
}

/** How much the newest turn counts. */
const WEIGHT = 0.1;

/** Measures the turns of the event loop in which requests come, once a turn however many come. */
export const createTurns = (): Turns => {
  let ms = 0;
  let since = 0;
  const end = () => {
    ms += (performance.now() - since - ms) * WEIGHT;
    since = 0;
  };
  return {
    get ms() {
      return ms;
    },
    seen() {
      if (since !== 0) return;
      since = performance.now();
      setImmediate(end);
    },
  };
};
