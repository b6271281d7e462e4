import { edgesOfStep } from "../../../machines/chart-steps.ts";
import type { HistoryEntryView } from "../../schemas/order.ts";
import type { EdgeMark } from "../chart/marks.ts";
import type { PlacedChart } from "../chart/shape.ts";

/** The way that an order has come, as marks on the chart. */
export interface Trail {
  readonly edges: ReadonlyMap<string, EdgeMark>;
  /** States that it has been in. */
  readonly been: ReadonlySet<string>;
}

interface Step {
  /** When it was first taken. */
  readonly seq: number;
  readonly to: string;
  readonly edges: readonly string[];
}

const keyOf = ({ type, from, to }: HistoryEntryView): string => `${type} ${from} ${to}`;

/**
 * Tells the way up to any entry, whose own step is marked apart. A history of thousands repeats a few different steps,
 * so it is read once and each question is small.
 */
export const trailsOf = (
  chart: PlacedChart,
  entries: readonly HistoryEntryView[],
): ((seq: number) => Trail) => {
  const steps = new Map<string, Step>();
  for (const entry of entries) {
    const key = keyOf(entry);
    if (steps.has(key)) continue;
    const { seq, type, from, to } = entry;
    steps.set(key, { seq, to, edges: edgesOfStep(chart, { event: type, from, to }) });
  }
  return (seq) => {
    const taken = [...steps.values()].filter((step) => step.seq <= seq);
    const edges = new Map<string, EdgeMark>();
    for (const edge of taken.flatMap((step) => step.edges)) edges.set(edge, { ran: "before" });
    const last = entries[seq - 1];
    for (const edge of (last && steps.get(keyOf(last))?.edges) ?? []) edges.set(edge, { ran: "now" });
    return { edges, been: new Set(taken.map((step) => step.to)) };
  };
};
