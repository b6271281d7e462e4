import type { Chart, ChartEdge, ChartLabel, ChartNode } from "../../machines/chart.ts";

/** A chart as a Mermaid state diagram; its edges are named by the commands. */
export const mermaidOf = (chart: Chart): string => {
  const node = (id: string) => chart.nodes.find((one) => one.id === id);

  /** An edge from outside leads to the compound itself, whose own start shows where it goes on. */
  const endOf = ({ from, to }: ChartEdge): string => {
    const parent = node(node(to)?.parent ?? "");
    const fromOutside = parent?.initial === to && node(from)?.parent !== parent.id && from !== parent.id;
    return fromOutside ? parent.label : nameOf(node(to));
  };

  /** What stands in a compound, or, for undefined, at the top. What a compound itself hears is its note. */
  const within = (parent: string | undefined, indent: string): string[] => {
    const nodes = chart.nodes.filter((one) => one.parent === parent);
    const initial = parent && node(parent)?.initial;
    return [
      ...nodes
        .filter(({ kind }) => kind === "choice")
        .map(({ label }) => `${indent}state ${label} <<choice>>`),
      ...(initial ? [`${indent}[*] --> ${nameOf(node(initial))}`] : []),
      ...chart.edges
        .filter(({ from, to }) => nodes.some(({ id }) => id === from) && !to.startsWith(`${from}.`))
        .map(
          (edge) => `${indent}${nameOf(node(edge.from))} --> ${endOf(edge)}${named(commandsOf(edge.labels))}`,
        ),
      ...nodes.filter(({ kind }) => kind === "compound").flatMap((one) => compound(one, indent)),
    ];
  };

  const compound = ({ id, label, inner }: ChartNode, indent: string): string[] => {
    const inwards = chart.edges.filter(({ from, to }) => from === id && to.startsWith(`${id}.`));
    const heard = commandsOf([...inwards.flatMap(({ labels }) => labels), ...inner]);
    return [
      `${indent}state ${label} {`,
      ...within(id, `${indent}  `),
      `${indent}}`,
      ...(heard ? [`${indent}note right of ${label}: ${heard}`] : []),
    ];
  };

  return ["stateDiagram-v2", ...within(undefined, "  "), ""].join("\n");
};

const nameOf = (node: ChartNode | undefined): string =>
  !node || node.kind === "initial" ? "[*]" : node.label;
const commandsOf = (labels: readonly ChartLabel[]): string =>
  [...new Set(labels.map(({ command }) => command))].join(", ");
const named = (commands: string): string => (commands ? `: ${commands}` : "");
