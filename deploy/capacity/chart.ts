import { plot } from "asciichart";
import { thousands } from "./numbers.ts";

const HEIGHT = 8;
/** A line is stretched to so many columns at least, and thinned to so many at most. */
const WIDTH = { least: 40, most: 70 } as const;
const LABEL = 9;

export interface Chart {
  readonly title: string;
  /** Each a line, all over the same time. */
  readonly lines: readonly (readonly number[])[];
  readonly seconds: number;
}

/** Lines over time in a terminal. Empty for less than two values. */
export const chartOf = ({ title, lines, seconds }: Chart): string => {
  const shown = lines.filter((line) => line.length > 1);
  if (shown.length === 0) return "";
  const width = Math.min(WIDTH.most, Math.max(WIDTH.least, ...shown.map((line) => line.length)));
  const top = Math.max(1, ...shown.flat());
  const drawn = plot(
    shown.map((line) => stretched(line, width)),
    { height: HEIGHT, min: 0, max: top, format: (value) => thousands(value).padStart(LABEL) },
  );
  const left = " ".repeat(LABEL + 1);
  const end = `${thousands(seconds)} s`;
  return `${title}\n${drawn}\n${left}0 s${end.padStart(width - 2)}`;
};

/** To `width` values; what falls together is shown by the highest. */
const stretched = (values: readonly number[], width: number): number[] =>
  Array.from({ length: width }, (_, column) => {
    const from = Math.floor((column * values.length) / width);
    const to = Math.max(from + 1, Math.floor(((column + 1) * values.length) / width));
    return Math.max(...values.slice(from, to));
  });
