import type { Chart, ChartEdge, ChartNode } from "./chart.ts";

/** One step of a life as its history tells it. */
export interface ChartStep {
  readonly event: string;
  /** Null where it begins. */
  readonly from: string | null;
  readonly to: string;
}

/**
 * The edges, by id and in order, that a step ran along; none for an event that is heard without a change of place
 * (`inner`), or that the chart does not know.
 * @example edgesOfStep(chart, { event: "payment.captured", from: "paying", to: "paid" })
 * // ["paying->captured.route", "captured.route->captured.paid"]
 */
export const edgesOfStep = (chart: Chart, { event, from, to }: ChartStep): string[] => {
  const goal = chart.nodes.find((node) => node.state === to);
  const start = chart.nodes.find((node) => (from === null ? node.kind === "initial" : node.state === from));
  if (!goal || !start) return [];
  for (const place of outwards(chart, start)) {
    for (const edge of chart.edges) {
      if (edge.from !== place || !edge.labels.some((label) => label.event === event)) continue;
      const path = pathTo(chart, edge, goal);
      if (path.length > 0) return path;
    }
  }
  return [];
};

/** A state and what it is in, from the inside, since the innermost transition is the one taken. */
const outwards = (chart: Chart, { id, parent }: ChartNode): string[] => {
  const outer = chart.nodes.find((node) => node.id === parent);
  return [id, ...(outer ? outwards(chart, outer) : [])];
};

/** The edge by itself when it ends at the goal, or with those that lead from its choice to the goal. */
const pathTo = (chart: Chart, edge: ChartEdge, goal: ChartNode, passed: readonly string[] = []): string[] => {
  if (edge.to === goal.id) return [edge.id];
  const choice = chart.nodes.find((node) => node.id === edge.to && node.kind === "choice");
  if (!choice || passed.includes(choice.id)) return [];
  for (const next of chart.edges.filter((one) => one.from === choice.id)) {
    const rest = pathTo(chart, next, goal, [...passed, choice.id]);
    if (rest.length > 0) return [edge.id, ...rest];
  }
  return [];
};
