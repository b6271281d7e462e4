/** From amounts to the chart's pixels, with round figures to draw lines at. */
export interface Scale {
  readonly y: (amount: number) => number;
  readonly ticks: readonly number[];
}

/** Of the bars. px */
export const HEIGHT = 220;
/** Free above and below, for marks. px */
const INSET = 12;

const LINES = 6;

/** One, two or five times a power of ten, so that about {@link LINES} of them span the amounts. */
const stepFor = (span: number): number => {
  const rough = Math.max(span / LINES, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5, 10].find((times) => times * power >= rough) ?? 10) * power;
};

/** Zero is always in it: a bar begins there. */
export const scaleOf = (amounts: readonly number[]): Scale => {
  const low = Math.min(0, ...amounts);
  const high = Math.max(0, ...amounts);
  const step = stepFor(high - low);
  const from = Math.floor(low / step) * step;
  const to = Math.max(Math.ceil(high / step) * step, from + step);
  const ticks = Array.from({ length: Math.round((to - from) / step) + 1 }, (_, n) => from + n * step);
  const pixels = (HEIGHT - 2 * INSET) / (to - from);
  return { ticks, y: (amount) => Math.round((to - amount) * pixels + INSET) };
};
