import { charts, type MachineName } from "../../machines/charts.ts";
import type { Layout, placeChart } from "./layout.ts";

/** A placed chart as it is sent. */
export interface Drawing {
  /** JSON of a PlacedChart. */
  readonly body: string;
  readonly etag: string;
}

export type Draw = (machine: MachineName, layout: Layout) => Promise<Drawing>;

/**
 * Places each chart once, whoever asks and however many at a time, since a machine does not change while a process runs.
 * One that failed is tried again when it is asked for again.
 */
export const createDrawings = (place: typeof placeChart): Draw => {
  const drawings = new Map<string, Promise<Drawing>>();
  return (machine, layout) => {
    const key = `${machine} ${layout}`;
    const known = drawings.get(key);
    if (known) return known;
    const drawing = place(charts[machine], layout).then((chart) => {
      const body = JSON.stringify(chart);
      return { body, etag: `"${Bun.hash(body).toString(36)}"` };
    });
    drawing.catch(() => drawings.delete(key));
    drawings.set(key, drawing);
    return drawing;
  };
};
