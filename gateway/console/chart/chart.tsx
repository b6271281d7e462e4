import { useEffect, useId, useRef } from "preact/hooks";
import { narrow } from "../ui/narrow.ts";
import { EdgeLabels, EdgeLine } from "./edge.tsx";
import type { EdgeMark, NodeMark } from "./marks.ts";
import { ChartNodeView } from "./node.tsx";
import type { PlacedChart, PlacedEdge, PlacedNode } from "./shape.ts";

interface Parts {
  readonly chart: PlacedChart;
  /** The whole picture in a sentence. */
  readonly label: string;
  readonly nodeMark: (node: PlacedNode) => NodeMark;
  readonly edgeMark: (edge: PlacedEdge) => EdgeMark;
}

/** No larger than this, as a share of its own size, however much room there is. */
const LARGEST = 1.1;

/** The machine's chart as the gateway placed it, with what a view has to say about its states and ways. */
export const ChartPicture = ({ chart, label, nodeMark, edgeMark }: Parts) => {
  const arrow = `arrow${useId().replace(/[^a-zA-Z0-9]/g, "")}`;
  const edges = chart.edges.map((edge) => ({ edge, mark: edgeMark(edge) }));
  // What runs is drawn last, over the rest.
  const drawn = edges.toSorted((a, b) => rank(a.mark) - rank(b.mark));
  const lit = chart.nodes.find((node) => nodeMark(node).lit);
  const frame = useInView(chart, lit);
  return (
    <figure ref={frame} class="chart-frame" aria-label={label} {...(narrow.value && { tabIndex: 0 })}>
      {/* biome-ignore lint/a11y/noSvgWithoutTitle: the figure around it says what it is, and its links what they are */}
      <svg
        class="chart"
        viewBox={`0 0 ${chart.width} ${chart.height}`}
        style={{ maxWidth: `${Math.round(chart.width * LARGEST)}px` }}
      >
        <defs>
          {["plain", "ran", "strong"].map((kind) => (
            <marker
              key={kind}
              id={`${arrow}-${kind}`}
              class={`chart-arrow ${kind}`}
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerWidth="7"
              markerHeight="7"
              markerUnits="userSpaceOnUse"
              orient="auto"
            >
              <path d="M0.5 0.8 7 4 0.5 7.2Z" />
            </marker>
          ))}
        </defs>
        {chart.nodes
          .filter(({ kind }) => kind === "compound")
          .map((node) => (
            <ChartNodeView key={node.id} node={node} mark={{}} />
          ))}
        {drawn.map(({ edge, mark }) => (
          <EdgeLine key={edge.id} edge={edge} mark={mark} arrow={arrow} />
        ))}
        {edges.map(({ edge, mark }) => (
          <EdgeLabels key={edge.id} edge={edge} mark={mark} />
        ))}
        {chart.nodes
          .filter(({ kind }) => kind !== "compound")
          .map((node) => (
            <ChartNodeView key={node.id} node={node} mark={nodeMark(node)} />
          ))}
      </svg>
    </figure>
  );
};

const rank = ({ ran, moving }: EdgeMark): number => (ran === "now" ? 3 : moving ? 2 : ran ? 1 : 0);

/** On a phone the chart is wider than the screen: where the order is comes to its middle. */
const useInView = (chart: PlacedChart, node: PlacedNode | undefined) => {
  const frame = useRef<HTMLElement>(null);
  useEffect(() => {
    const box = frame.current;
    const svg = box?.firstElementChild;
    if (!box || !svg) return;
    const middle = node ? node.x + node.width / 2 : chart.width / 2;
    box.scrollLeft = (middle / chart.width) * svg.clientWidth - box.clientWidth / 2;
  }, [chart, node?.id]);
  return frame;
};
