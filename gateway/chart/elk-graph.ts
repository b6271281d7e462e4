import type { ElkExtendedEdge, ElkNode, ElkPort, LayoutOptions } from "elkjs/lib/elk-api.js";
import type { Chart, ChartEdge, ChartNode } from "../../machines/chart.ts";
import type { Layout } from "./layout.ts";
import { type Port, type Segment, segmentsOf } from "./segments.ts";
import { labelSize, nodeSizes } from "./sizes.ts";

/** ELK's options; see https://eclipse.dev/elk/reference/options.html. */
const common: LayoutOptions = {
  "elk.algorithm": "layered",
  "elk.hierarchyHandling": "SEPARATE_CHILDREN",
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
const sides: Readonly<Record<Layout, Readonly<Record<Port["way"], string>>>> = {
  wide: { own: "WEST", in: "WEST", out: "EAST" },
  tall: { own: "WEST", in: "NORTH", out: "SOUTH" },
};

/** A title stands above; the states of a compound make one column in either layout. */
const inside: LayoutOptions = {
  ...common,
  "elk.direction": "RIGHT",
  "elk.padding": "[top=56,left=28,bottom=28,right=28]",
  "elk.portConstraints": "FIXED_SIDE",
};

/** A chart as ELK wants it. */
export const elkGraph = (chart: Chart, layout: Layout): ElkNode => {
  const edges = new Map<string, ElkExtendedEdge & Pick<Segment, "within">>();
  const ports = new Map<string, Port>();
  for (const edge of chart.edges) {
    const parts = segmentsOf(chart, edge);
    for (const port of parts.ports) ports.set(port.id, port);
    for (const segment of parts.segments) edges.set(segment.id, elkEdge(chart, edge, segment));
  }
  const within = (container: string | undefined) => ({
    children: chart.nodes.filter(({ parent }) => parent === container).map(nodeOf),
    edges: [...edges.values()].filter((edge) => edge.within === container),
  });
  const nodeOf = (node: ChartNode): ElkNode => {
    if (node.kind === "choice") return choice(chart, node);
    if (node.kind !== "compound") return { id: node.id, ...nodeSizes[node.kind] };
    const own = [...ports.values()].filter(({ compound }) => compound === node.id);
    return {
      id: node.id,
      layoutOptions: inside,
      ports: own.map((port) => elkPort(port, layout)),
      ...within(node.id),
    };
  };
  return {
    id: "root",
    layoutOptions: { ...common, "elk.direction": directions[layout] },
    ...within(undefined),
  };
};

const elkPort = ({ id, way }: Port, layout: Layout): ElkPort => ({
  id,
  width: 0,
  height: 0,
  layoutOptions: { "elk.port.side": sides[layout][way] },
});

/**
 * All that enters a choice meets in one point of it, and so does all that leaves: its ports out are a hair's breadth
 * apart, one point to the eye and an order to ELK, which keeps what they lead to in it.
 */
const choice = (chart: Chart, { id }: ChartNode): ElkNode => {
  const { width, height } = nodeSizes.choice;
  const out = chart.edges.filter(({ from }) => from === id);
  const port = (name: string, side: string, x: number, y: number): ElkPort => ({
    id: name,
    x,
    y,
    layoutOptions: { "elk.port.side": side },
  });
  return {
    id,
    width,
    height,
    layoutOptions: { "elk.portConstraints": "FIXED_POS" },
    ports: [
      port(`${id}:in`, "WEST", 0, height / 2),
      ...out.map((edge, i) =>
        port(`${edge.to}<${id}`, "EAST", width, height / 2 + (i - (out.length - 1) / 2) * 0.01),
      ),
    ],
  };
};

const elkEdge = (chart: Chart, edge: ChartEdge, { id, within, source, target, labelled }: Segment) => {
  const isChoice = (end: string) => chart.nodes.some((node) => node.id === end && node.kind === "choice");
  const place = (end: string) => chart.nodes.findIndex((node) => node.id === end);
  // The order of the definition is the way of a life, so what goes against it is drawn as a way back.
  const forward = place(edge.from) < place(edge.to);
  return {
    id,
    within,
    layoutOptions: { "elk.layered.priority.direction": forward ? "10" : "0" },
    sources: [isChoice(source) ? `${edge.to}<${source}` : source],
    targets: [isChoice(target) ? `${target}:in` : target],
    ...(labelled && { labels: [{ text: id, ...labelSize(edge.labels) }] }),
  };
};
