import type { AnyStateMachine } from "xstate";
import { recordedOutcome } from "./order/recorded.ts";

/** What leads along an edge: the command that a caller gives, and the domain event that it becomes. */
export interface ChartLabel {
  readonly command: string;
  /** What the transition's `record` action names; in a machine that records nothing, the command's own name. */
  readonly event: string;
}

export interface ChartNode {
  /** The keys from the root down, joined by dots: `captured.paid`. The dot where a life begins is `*`. */
  readonly id: string;
  readonly label: string;
  /** `choice`: passed through at once, by whichever of its edges holds. `initial`: where a life begins. */
  readonly kind: "state" | "compound" | "choice" | "initial";
  readonly parent?: string;
  /** Of a compound: where one who enters it starts. */
  readonly initial?: string;
  /** The name that people know the state by. Left out where none can stay: compounds, choices, the initial dot. */
  readonly state?: string;
  /** Nothing leads out of it. */
  readonly final: boolean;
  /** Heard here without a change of place. */
  readonly inner: readonly ChartLabel[];
}

/** One for each pair of nodes, whatever the number of transitions between them. */
export interface ChartEdge {
  readonly id: string;
  readonly from: string;
  /** Where one ends up: a transition into a compound leads to the compound's initial node. */
  readonly to: string;
  /** Empty when nobody's command leads along it: out of a choice. */
  readonly labels: readonly ChartLabel[];
}

/** A machine as something to draw. */
export interface Chart {
  readonly machine: string;
  readonly nodes: readonly ChartNode[];
  readonly edges: readonly ChartEdge[];
  /** Heard in every state without a change of place. */
  readonly inner: readonly ChartLabel[];
}

type StateNode = AnyStateMachine["root"];
type Transition = NonNullable<StateNode["always"]>[number];

export const INITIAL = "*";

/**
 * Reads the chart off a machine's definition. A state with `always` and no events is a choice. What makes an instance
 * is no transition of the machine, so the root's `meta.born`, a label, says it.
 */
export const chartOf = (machine: AnyStateMachine): Chart => {
  const { root } = machine;
  const states = below(root);
  const edges = edgesOf(root, states);
  const nodes = states.map((node): ChartNode => {
    const kind = kindOf(node);
    return {
      id: idOf(node),
      label: node.key,
      kind,
      ...(node.parent && node.parent !== root && { parent: idOf(node.parent) }),
      ...(kind === "compound" && node.type === "compound" && { initial: idOf(entered(node)) }),
      ...(kind === "state" && { state: node.key }),
      final: node.type === "final" || isEnd(node, edges),
      inner: innerOf(node),
    };
  });
  const dot: ChartNode = { id: INITIAL, label: "", kind: "initial", final: false, inner: [] };
  return { machine: root.key, nodes: [dot, ...nodes], edges, inner: innerOf(root) };
};

const idOf = (node: StateNode): string => node.path.join(".");

/** Every state under `node`, each before its children. */
const below = (node: StateNode): StateNode[] =>
  Object.values(node.states).flatMap((child) => [child, ...below(child)]);

const kindOf = (node: StateNode): ChartNode["kind"] => {
  if (node.type === "compound" || node.type === "parallel") return "compound";
  return node.always?.length && node.transitions.size === 0 ? "choice" : "state";
};

/** Where one who enters `node` ends up. */
const entered = (node: StateNode): StateNode => {
  const first = node.type === "compound" ? node.initial.target[0] : undefined;
  return first ? entered(first) : node;
};

const edgesOf = (root: StateNode, states: readonly StateNode[]): ChartEdge[] => {
  const edges = new Map<string, ChartEdge>();
  const add = (from: string, to: string, labels: readonly ChartLabel[]) => {
    const id = `${from}->${to}`;
    edges.set(id, { id, from, to, labels: [...(edges.get(id)?.labels ?? []), ...labels] });
  };
  add(INITIAL, idOf(entered(root)), bornOf(root));
  for (const node of [root, ...states]) {
    for (const transition of transitionsOf(node)) {
      for (const target of placesOf(node, transition)) add(idOf(node), idOf(target), labelsOf(transition));
    }
  }
  return [...edges.values()];
};

const transitionsOf = (node: StateNode): Transition[] => [
  ...[...node.transitions.values()].flat(),
  ...(node.always ?? []),
];

/** Where a transition leads that changes the place. */
const placesOf = (node: StateNode, { target = [] }: Transition): StateNode[] =>
  target.map(entered).filter((place) => place !== node);

/** What is heard and stays. A transition that neither leads nor does anything only keeps an event from outer states. */
const innerOf = (node: StateNode): ChartLabel[] =>
  transitionsOf(node)
    .filter((one) => placesOf(node, one).length === 0 && (one.target || one.actions.length > 0))
    .flatMap(labelsOf);

const labelsOf = ({ eventType, actions }: Transition): ChartLabel[] =>
  eventType === "" ? [] : [{ command: eventType, event: recordedOutcome(actions) ?? eventType }];

const bornOf = ({ meta }: StateNode): ChartLabel[] => {
  const { born } = (meta ?? {}) as { born?: ChartLabel };
  return born ? [born] : [];
};

/** Neither the state nor what it is in has an edge to elsewhere. */
const isEnd = (node: StateNode, edges: readonly ChartEdge[]): boolean => {
  if (kindOf(node) !== "state") return false;
  for (let at: StateNode | undefined = node; at; at = at.parent) {
    const id = idOf(at);
    if (edges.some(({ from }) => from === id)) return false;
  }
  return true;
};
