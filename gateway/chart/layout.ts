import type { ELK, ElkEdgeSection, ElkExtendedEdge, ElkNode } from "elkjs/lib/elk-api.js";
import type { Chart, ChartEdge, ChartNode } from "../../machines/chart.ts";
import { elkGraph } from "./elk-graph.ts";
import { segmentsOf } from "./segments.ts";

export const layouts = ["wide", "tall"] as const;
export type Layout = (typeof layouts)[number];

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export type PlacedNode = ChartNode & Box;

export interface PlacedEdge extends ChartEdge {
  /** A polyline with its ends, in right angles. */
  readonly points: readonly Point[];
  /** Where its labels fit, one a line. Left out when it has none. */
  readonly labelBox?: Box;
}

/** A chart with places in px from the top left of `width` × `height`. A compound stands before what is in it. */
export interface PlacedChart extends Omit<Chart, "nodes" | "edges"> {
  readonly layout: Layout;
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

/** Works out where everything stands: the same chart always stands the same. ELK is loaded at the first call. */
export const placeChart = async (chart: Chart, layout: Layout): Promise<PlacedChart> => {
  const graph = await (await loadElk()).layout(elkGraph(chart, layout));
  const boxes = new Map(allNodes(graph).map((node) => [node.id, boxOf(node)]));
  const drawn = new Map(allEdges(graph).map((edge) => [edge.id, edge]));
  return {
    ...chart,
    layout,
    width: px(graph.width),
    height: px(graph.height),
    nodes: chart.nodes.map((node) => ({ ...node, ...found(boxes, node.id) })),
    edges: chart.edges.map((edge) => {
      const pieces = segmentsOf(chart, edge).segments.map(({ id }) => found(drawn, id));
      const points = pieces.flatMap(({ sections = [] }) => sections.flatMap(pointsOf));
      const label = pieces.flatMap(({ labels = [] }) => labels)[0];
      return { ...edge, points: withoutRepeats(points), ...(label && { labelBox: boxOf(label) }) };
    }),
  };
};

/**
 * Taking the main thread for a worker, ELK sets a global `onmessage`, for which Bun would keep the process alive.
 */
const loadElk = async (): Promise<ELK> => {
  const { default: Elk } = await import("elkjs/lib/elk.bundled.js");
  const scope: { onmessage?: unknown } = globalThis;
  const before = scope.onmessage;
  const elk = new Elk();
  scope.onmessage = before;
  return elk;
};

const allNodes = (node: ElkNode): ElkNode[] => [node, ...(node.children ?? []).flatMap(allNodes)];
const allEdges = (graph: ElkNode): ElkExtendedEdge[] => allNodes(graph).flatMap(({ edges = [] }) => edges);

const found = <T>(those: ReadonlyMap<string, T>, id: string): T => {
  const one = those.get(id);
  if (one === undefined) throw new Error(`The layout has no place for ${id}.`);
  return one;
};

const px = (value = 0): number => Math.round(value * 10) / 10;
const boxOf = ({ x, y, width, height }: Partial<Box>): Box => ({
  x: px(x),
  y: px(y),
  width: px(width),
  height: px(height),
});
/** Where two pieces meet, both have the point. */
const withoutRepeats = (points: readonly Point[]): Point[] =>
  points.filter(({ x, y }, i) => i === 0 || x !== points[i - 1]?.x || y !== points[i - 1]?.y);
const pointsOf = ({ startPoint, bendPoints = [], endPoint }: ElkEdgeSection): Point[] =>
  [startPoint, ...bendPoints, endPoint].map(({ x, y }) => ({ x: px(x), y: px(y) }));
