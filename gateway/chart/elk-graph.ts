import type { ElkExtendedEdge, ElkNode, LayoutOptions } from "elkjs/lib/elk-api.js";
import type { Chart, ChartEdge, ChartNode } from "../../machines/chart.ts";
import type { Layout } from "./layout.ts";
import { labelSize, nodeSizes } from "./sizes.ts";

/** ELK's options; see https://eclipse.dev/elk/reference/options.html. */
const common: LayoutOptions = {
  "elk.algorithm": "layered",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.json.shapeCoords": "ROOT",
  "elk.json.edgeCoords": "ROOT",
  "elk.randomSeed": "1",
  "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
  "elk.layered.nodePlacement.bk.fixedAlignment": "BALANCED",
  "elk.spacing.nodeNode": "18",
  "elk.spacing.edgeNode": "20",
  "elk.spacing.edgeEdge": "14",
  "elk.spacing.edgeLabel": "6",
  "elk.layered.spacing.nodeNodeBetweenLayers": "36",
  "elk.layered.spacing.edgeNodeBetweenLayers": "20",
  "elk.padding": "[top=24,left=24,bottom=24,right=24]",
};

const directions: Readonly<Record<Layout, string>> = { wide: "RIGHT", tall: "DOWN" };
/** The sides on which a choice is entered and left. */
const sides: Readonly<Record<Layout, readonly [entered: string, left: string]>> = {
  wide: ["WEST", "EAST"],
  tall: ["NORTH", "SOUTH"],
};

/** In a compound there is a title above. Upright, its states stand in two columns. */
const inside: Readonly<Record<Layout, LayoutOptions>> = {
  wide: { "elk.direction": "RIGHT", "elk.padding": "[top=56,left=28,bottom=28,right=28]" },
  tall: {
    "elk.direction": "DOWN",
    "elk.padding": "[top=56,left=28,bottom=28,right=28]",
    "elk.layered.layering.strategy": "COFFMAN_GRAHAM",
    "elk.layered.layering.coffmanGraham.layerBound": "2",
  },
};

/** A chart as ELK wants it. */
export const elkGraph = (chart: Chart, layout: Layout): ElkNode => ({
  id: "root",
  layoutOptions: { ...common, "elk.direction": directions[layout] },
  children: chart.nodes.filter((node) => !node.parent).map((node) => elkNode(chart, node, layout)),
  edges: chart.edges.map((edge) => elkEdge(chart, edge)),
});

const elkNode = (chart: Chart, node: ChartNode, layout: Layout): ElkNode => {
  if (node.kind === "compound") {
    return {
      id: node.id,
      layoutOptions: { ...common, ...inside[layout] },
      children: chart.nodes
        .filter(({ parent }) => parent === node.id)
        .map((child) => elkNode(chart, child, layout)),
    };
  }
  const { width, height } = nodeSizes[node.kind];
  if (node.kind !== "choice") return { id: node.id, width, height };
  const out = chart.edges.filter(({ from }) => from === node.id);
  const middle = width / 2;
  // Ports a hair's breadth apart: one point to the eye, and an order to ELK, which keeps what they lead to in it.
  const ports = out.map(({ id }, i) => {
    const along = middle + (i - (out.length - 1) / 2) * 0.01;
    return layout === "wide" ? { id, x: width, y: along } : { id, x: along, y: height };
  });
  const entry = layout === "wide" ? { x: 0, y: middle } : { x: middle, y: 0 };
  const [entered, left] = sides[layout];
  return {
    id: node.id,
    width,
    height,
    layoutOptions: { "elk.portConstraints": "FIXED_POS" },
    ports: [
      { id: `${node.id}:in`, ...entry, layoutOptions: { "elk.port.side": entered } },
      ...ports.map(({ id, ...at }) => ({ id: `${id}:out`, ...at, layoutOptions: { "elk.port.side": left } })),
    ],
  };
};

/** All that enters a choice meets in one point of it, and so does all that leaves. */
const elkEdge = (chart: Chart, { id, from, to, labels }: ChartEdge): ElkExtendedEdge => {
  const isChoice = (end: string) => chart.nodes.some((node) => node.id === end && node.kind === "choice");
  const place = (end: string) => chart.nodes.findIndex((node) => node.id === end);
  // The order of the definition is the way of a life, so what goes against it is drawn as a way back.
  const forward = place(from) < place(to);
  return {
    id,
    layoutOptions: { "elk.layered.priority.direction": forward ? "10" : "0" },
    sources: [isChoice(from) ? `${id}:out` : from],
    targets: [isChoice(to) ? `${to}:in` : to],
    ...(labels.length > 0 && { labels: [{ text: id, ...labelSize(labels) }] }),
  };
};
