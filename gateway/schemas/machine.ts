import { type SchemaOptions, Type } from "@sinclair/typebox";
import { machineNames } from "../../machines/charts.ts";
import { layouts } from "../chart/layout.ts";
import { exact, Link } from "./common.ts";

const Px = Type.Number({ description: "px" });
const Point = Type.Object({ x: Px, y: Px });
const box = { x: Px, y: Px, width: Px, height: Px };

/** An unknown name is no invalid one: the route answers it with MACHINE_NOT_FOUND. */
export const MachineParams = Type.Object({ name: Type.String({ maxLength: 64 }) });

const oneOf = <T extends string>(names: readonly T[], options: SchemaOptions = {}) =>
  Type.Union(
    names.map((name) => Type.Literal(name)),
    options,
  );

export const MachineQuery = Type.Object(
  { layout: Type.Optional(oneOf(layouts, { default: "wide", description: "`tall` suits a phone" })) },
  exact,
);

const Labels = Type.Array(
  Type.Object({
    command: Type.String({ examples: ["payment.capture"] }),
    event: Type.String({
      description: "What the command becomes in the history; the command's own name where there is none",
      examples: ["payment.captured"],
    }),
  }),
);

const Node = Type.Object({
  id: Type.String({ examples: ["captured.paid"] }),
  label: Type.String(),
  kind: oneOf(["state", "compound", "choice", "initial"]),
  parent: Type.Optional(Type.String({ description: "The compound that it is in, by id" })),
  initial: Type.Optional(Type.String({ description: "Of a compound: where one enters it, by id" })),
  state: Type.Optional(Type.String({ description: "The state as orders show it; only where one can stay" })),
  final: Type.Boolean({ description: "Nothing leads out of it" }),
  inner: { ...Labels, description: "Heard here without a change of place" },
  ...box,
});

const Edge = Type.Object({
  id: Type.String({ examples: ["ordered->paying"] }),
  from: Type.String(),
  to: Type.String(),
  labels: { ...Labels, description: "Empty out of a choice" },
  points: Type.Array(Point, { minItems: 2, description: "A polyline with its ends" }),
  labelBox: Type.Optional(Type.Object(box)),
});

/** A state machine as something to draw, in px from the top left of width × height. */
export const MachineView = Type.Object({
  machine: oneOf(machineNames),
  layout: oneOf(layouts),
  width: Px,
  height: Px,
  nodes: Type.Array(Node, { description: "A compound stands before what is in it" }),
  edges: Type.Array(Edge, { description: "One for each pair of nodes" }),
  inner: { ...Labels, description: "Heard in every state without a change of place" },
});

export const MachinesView = Type.Object({
  machines: Type.Array(
    Type.Object({
      machine: oneOf(machineNames),
      _links: Type.Record(Type.String(), Link),
    }),
  ),
});
