import { edgesOfStep } from "../../../machines/chart-steps.ts";
import type { Fleet } from "../../schemas/fleet.ts";
import type { EdgeMark } from "../chart/marks.ts";
import type { PlacedChart } from "../chart/shape.ts";

/** Each tenfold of flow is this much wider. px */
const PER_TENFOLD = 1.6;

/** By edge: what went along it in the last minute, each event apart. */
export const flowsByEdge = (chart: PlacedChart, flows: Fleet["flows"]): Map<string, EdgeMark> => {
  const counts = new Map<string, Map<string, number>>();
  for (const { event, from, to, count } of flows) {
    for (const edge of edgesOfStep(chart, { event, from, to })) {
      const events = counts.get(edge) ?? new Map<string, number>();
      events.set(event, (events.get(event) ?? 0) + count);
      counts.set(edge, events);
    }
  }
  return new Map([...counts].map(([edge, events]) => [edge, markOf(events)]));
};

const markOf = (counts: ReadonlyMap<string, number>): EdgeMark => {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return { counts, moving: true, width: 2 + PER_TENFOLD * Math.log10(total) };
};
