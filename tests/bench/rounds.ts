/** The middle one: a round during which the machine did something else does not count. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

/** Of rounds that each measured something and its floor, the one whose ratio is the middle one. */
export const middleRound = <T>(rounds: readonly T[], ratioOf: (round: T) => number): T => {
  const middle = median(rounds.map(ratioOf));
  const found = rounds.find((round) => ratioOf(round) === middle);
  if (!found) throw new Error("There was no round.");
  return found;
};

/** How many a second, of `count` things done by `work`. */
export const rateOf = async (count: number, work: () => unknown): Promise<number> => {
  const since = performance.now();
  await work();
  return (count / (performance.now() - since)) * 1_000;
};
