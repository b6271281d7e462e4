import type { ChartLabel, ChartNode } from "../../machines/chart.ts";

/** In px. A state has room for its name and, beside or below it, a count. */
export const nodeSizes: Readonly<
  Record<Exclude<ChartNode["kind"], "compound">, { readonly width: number; readonly height: number }>
> = {
  state: { width: 176, height: 60 },
  choice: { width: 40, height: 40 },
  initial: { width: 20, height: 20 },
};

/** Labels are set in a fixed-width font, in which a character is about 0.6 of the size wide on every system. */
export const labelFont = { size: 11, advance: 6.7, line: 16 } as const;

/** Room for a label a line, whether commands or events are shown. */
export const labelSize = (labels: readonly ChartLabel[]): { width: number; height: number } => ({
  width:
    Math.max(...labels.flatMap(({ command, event }) => [command.length, event.length])) * labelFont.advance +
    12,
  height: labels.length * labelFont.line + 4,
});
