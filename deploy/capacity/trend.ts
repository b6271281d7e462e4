/** A value at a time, in seconds. */
export interface Point {
  readonly at: number;
  readonly value: number;
}

/** Theil–Sen: the median of the slopes of all pairs. A few stalls or peaks don't move it. 0 for less than two points. */
export const slopeOf = (points: readonly Point[]): number => {
  const slopes: number[] = [];
  forPairs(points, (a, b) => {
    if (b.at > a.at) slopes.push((b.value - a.value) / (b.at - a.at));
  });
  return slopes.length === 0 ? 0 : quantileOf(slopes.sort(ascending), 0.5);
};

/**
 * Mann–Kendall: how far the pairs that rise outnumber those that fall, in standard deviations of what chance would do.
 * 0 for less than two points.
 */
export const risingOf = (points: readonly Point[]): number => {
  let signs = 0;
  forPairs(points, (a, b) => {
    signs += Math.sign(b.value - a.value);
  });
  const count = points.length;
  const deviation = Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
  // One less, since the sum of signs moves in steps of two.
  return signs === 0 ? 0 : (signs - Math.sign(signs)) / deviation;
};

/** Once in a hundred times chance alone rises so far. */
const SURE = 2.33;

export interface Trend {
  /** A second, in the unit of the values. */
  readonly slope: number;
  /** What that comes to over all of the points' time. */
  readonly rise: number;
  /** It rises by more than `enough`, and not by chance. */
  readonly growing: boolean;
}

/** @param enough the least rise that matters, in the unit of the values */
export const trendOf = (points: readonly Point[], enough: number): Trend => {
  const slope = slopeOf(points);
  const rise = slope * ((points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0));
  return { slope, rise, growing: rise > enough && risingOf(points) > SURE };
};

/** Of values in ascending order; NaN for none. @param share 0 to 1 */
export const quantileOf = (sorted: ArrayLike<number>, share: number): number => {
  if (sorted.length === 0) return Number.NaN;
  const index = Math.ceil(share * sorted.length) - 1;
  return sorted[Math.max(0, index)] ?? Number.NaN;
};

export const medianOf = (values: readonly number[]): number => quantileOf([...values].sort(ascending), 0.5);

const ascending = (a: number, b: number) => a - b;

const forPairs = (points: readonly Point[], see: (earlier: Point, later: Point) => void): void => {
  for (const [index, earlier] of points.entries()) {
    for (let next = index + 1; next < points.length; next += 1) {
      const later = points[next];
      if (later) see(earlier, later);
    }
  }
};
