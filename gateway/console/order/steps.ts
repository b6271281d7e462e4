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

/** Its way up to and with the entry `seq`, whose own step is marked apart. Long histories repeat few different steps. */
export const trailOf = (chart: PlacedChart, entries: readonly HistoryEntryView[], seq: number): Trail => {
  const been = new Set<string>();
  const steps = new Map<string, { event: string; from: string | null; to: string }>();
  let last: HistoryEntryView | undefined;
  for (const entry of entries) {
    if (entry.seq > seq) break;
    last = entry;
    been.add(entry.to);
    steps.set(`${entry.type} ${entry.from} ${entry.to}`, {
      event: entry.type,
      from: entry.from,
      to: entry.to,
    });
  }
  const edges = new Map<string, EdgeMark>();
  for (const step of steps.values()) {
    for (const edge of edgesOfStep(chart, step)) edges.set(edge, { ran: "before" });
  }
  if (last) {
    for (const edge of edgesOfStep(chart, { event: last.type, from: last.from, to: last.to }))
      edges.set(edge, { ran: "now" });
  }
  return { edges, been };
};
