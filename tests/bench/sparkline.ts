const BARS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/** Values as one line of bars from the lowest to the highest; many are thinned to the highest of each `width`th part. */
export const sparkline = (values: readonly number[], width = 60): string => {
  const step = Math.max(1, values.length / width);
  const shown = Array.from({ length: Math.min(width, values.length) }, (_, index) =>
    Math.max(...values.slice(Math.floor(index * step), Math.max(Math.floor((index + 1) * step), index + 1))),
  );
  const lowest = Math.min(...values);
  const span = Math.max(...values) - lowest || 1;
  return shown.map((value) => BARS[Math.round(((value - lowest) / span) * (BARS.length - 1))]).join("");
};
