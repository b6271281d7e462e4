import { parentPort, workerData } from "node:worker_threads";
import type { Chart } from "../../machines/chart.ts";
import { type Layout, type PlacedChart, placeChart } from "./layout.ts";

/** What a thread is started for, and its one answer. */
export interface PlaceRequest {
  readonly chart: Chart;
  readonly layout: Layout;
}
export type PlaceAnswer = { readonly placed: PlacedChart } | { readonly failure: string };

const answer = async ({ chart, layout }: PlaceRequest): Promise<PlaceAnswer> => {
  try {
    return { placed: await placeChart(chart, layout) };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
};

parentPort?.postMessage(await answer(workerData as PlaceRequest));
