/** The middle one: a round during which the machine did something else does not count. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

/** How many a second, of `count` things done by `work`. */
export const rateOf = async (count: number, work: () => unknown): Promise<number> => {
  const since = performance.now();
  await work();
  return (count / (performance.now() - since)) * 1_000;
};
