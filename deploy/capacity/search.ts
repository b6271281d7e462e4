export interface Tried {
  readonly rate: number;
  readonly held: boolean;
}

export interface Knee {
  /** The highest rate that was kept up with; 0 when none was. */
  readonly rate: number;
  /** The lowest that was not; undefined when even the highest tried was. */
  readonly above: number | undefined;
  readonly tried: readonly Tried[];
}

export interface SearchLimits {
  /** Rates tried are at most, and at least, this. */
  readonly most: number;
  readonly least: number;
  /** It ends when the rate that was not held is at most so many times the one that was. */
  readonly within: number;
}

/** Rows a second; a rate of so few is no answer to anybody. */
export const usualLimits = (rate: number): SearchLimits => ({ most: rate * 64, least: 10, within: 1.15 });

/**
 * Finds where a broker stops keeping up: doubles the rate until one is not held (or halves it until one is), then
 * tries between the two.
 * @param first the rate that was tried already, and whether it was held
 */
export const findKnee = async (
  first: Tried,
  holds: (rate: number) => Promise<boolean>,
  { most, least, within }: SearchLimits,
): Promise<Knee> => {
  const tried: Tried[] = [first];
  let held = first.held ? first.rate : 0;
  let above = first.held ? undefined : first.rate;
  const attempt = async (wanted: number): Promise<void> => {
    const rate = Math.max(1, Math.round(wanted));
    const one = { rate, held: await holds(rate) };
    tried.push(one);
    if (one.held) held = rate;
    else above = rate;
  };
  while (above === undefined && held * 2 <= most) await attempt(held * 2);
  while (held === 0 && above !== undefined && above / 2 >= least) await attempt(above / 2);
  while (held > 0 && above !== undefined && above / held > within && above - held > 1) {
    await attempt(Math.sqrt(held * above));
  }
  return { rate: held, above, tried };
};
