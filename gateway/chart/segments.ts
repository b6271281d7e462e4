import type { Chart, ChartEdge } from "../../machines/chart.ts";

/** A piece of an edge within one compound, or at the top. Its ends are nodes, or ports where it crosses a border. */
export interface Segment {
  /** Pieces of several edges that run alike have one id, and are drawn as one line. */
  readonly id: string;
  /** Undefined at the top. */
  readonly within: string | undefined;
  readonly source: string;
  readonly target: string;
  /** The piece that bears the edge's labels. */
  readonly labelled: boolean;
}

/** A place on the border of a compound, where lines come in or go out. */
export interface Port {
  readonly id: string;
  readonly compound: string;
  readonly way: "in" | "out" | "own";
}

/** An edge as the pieces that lie between the borders it crosses, and the ports in which they meet. */
export const segmentsOf = (chart: Chart, { id, from, to, labels }: ChartEdge) => {
  const containersOf = (node: string): string[] => {
    const parent = chart.nodes.find((one) => one.id === node)?.parent;
    return parent ? [parent, ...containersOf(parent)] : [];
  };
  // What a compound sends to a place within itself starts at its border.
  const own = containersOf(to).includes(from);
  const [up, down] = [own ? [from, ...containersOf(from)] : containersOf(from), containersOf(to)];
  const shared = up.find((one) => down.includes(one));
  const left = up.slice(0, shared ? up.indexOf(shared) : undefined);
  const entered = down.slice(0, shared ? down.indexOf(shared) : undefined).toReversed();
  const ports: Port[] = [
    ...(own ? [{ id: `${id}@${from}`, compound: from, way: "own" as const }] : []),
    ...left.map((compound) => ({ id: `${id}@${compound}`, compound, way: "out" as const })),
    ...entered.map((compound) => ({ id: `${to}@${compound}`, compound, way: "in" as const })),
  ];
  const stops = [...(own ? [] : [from]), ...ports.map((port) => port.id), to];
  const containers = [...left, shared, ...entered];
  const segments = containers.map((within, i): Segment => {
    const [source = from, target = to] = [stops[i], stops[i + 1]];
    const labelled = labels.length > 0 && within === shared;
    return { id: labelled ? id : `${source}=>${target}`, within, source, target, labelled };
  });
  return { ports, segments };
};
