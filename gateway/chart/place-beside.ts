import { Worker } from "node:worker_threads";
import type { Chart } from "../../machines/chart.ts";
import type { Layout, PlacedChart } from "./layout.ts";
import type { PlaceAnswer, PlaceRequest } from "./layout-thread.ts";

/**
 * {@link placeChart} in a thread that ends with its answer: hundreds of ms of work hold up nothing here, and its memory
 * goes with it. Rejects when the chart can't be placed, or the thread dies.
 */
export const placeBeside = async (chart: Chart, layout: Layout): Promise<PlacedChart> => {
  const thread = new Worker(new URL("./layout-thread.ts", import.meta.url), {
    workerData: { chart, layout } satisfies PlaceRequest,
  });
  try {
    const answer = await new Promise<PlaceAnswer>((resolve, reject) => {
      thread.once("message", resolve);
      thread.once("error", reject);
      thread.once("exit", () => reject(new Error("The layout's thread ended without an answer.")));
    });
    if ("failure" in answer) throw new Error(`The chart can't be placed: ${answer.failure}`);
    return answer.placed;
  } finally {
    await thread.terminate();
  }
};
