import { expect, test } from "bun:test";
import type { Chart } from "../../machines/chart.ts";
import { edgesOfStep } from "../../machines/chart-steps.ts";
import { charts } from "../../machines/charts.ts";
import { cancellationMachine, stateOf, stepCancellation } from "../../machines/mod.ts";
import { decideFrozen } from "./builders.ts";
import { edgesOf, paymentModel, pieceModel } from "./model.ts";

const chart: Chart = charts.order;
const edgeOf = (id: string) => chart.edges.find((edge) => edge.id === id);
const nodeOf = (state: string) => chart.nodes.find((node) => node.state === state);

/** Whether the chart says that `event` is heard in `state` without a change of place. */
const isInner = (state: string, event: string): boolean => {
  const node = nodeOf(state);
  const outer = chart.nodes.find(({ id }) => id === node?.parent);
  return [node?.inner, outer?.inner, chart.inner].some((labels) =>
    labels?.some((label) => label.event === event),
  );
};

test.each([
  [{ event: "order.placed", from: null, to: "ordered" }, ["*->ordered"]],
  [
    { event: "payment.captured", from: "paying", to: "paid" },
    ["paying->captured.route", "captured.route->captured.paid"],
  ],
  [{ event: "payment.mismatched", from: "paying", to: "ordered" }, ["paying->ordered"]],
  [
    { event: "purchase.confirmed", from: "paid", to: "paid" },
    ["captured->captured.route", "captured.route->captured.paid"],
  ],
  [{ event: "payment.declined", from: "ordered", to: "ordered" }, []],
  [{ event: "payment.captured", from: "paying", to: "nowhere" }, []],
  [{ event: "payment.requested", from: "paid", to: "paying" }, []],
])("edgesOfStep_isTheWayTaken_%j", (step, edges) => {
  expect(edgesOfStep(chart, step)).toEqual(edges);
});

test.each([paymentModel, pieceModel])(
  "edgesOfStep_leadsFromWhereItWasToWhereItIs_everyAcceptedCommand_$name",
  (model) => {
    const seen = { along: 0, inner: 0 };
    for (const { before, command } of edgesOf(model)) {
      const decision = decideFrozen(model.domain, before, command);
      if (!decision.accepted) continue;
      const { type: event, from, to } = decision.event;
      const way = edgesOfStep(chart, { event, from, to }).map(edgeOf);
      if (way.length === 0) {
        seen.inner += 1;
        expect({ event, from, to, inner: isInner(stateOf(before), event) }).toEqual({
          event,
          from: to,
          to,
          inner: true,
        });
        continue;
      }
      seen.along += 1;
      const start = nodeOf(String(from));
      expect([start?.id, start?.parent]).toContain(way[0]?.from);
      expect(way[0]?.labels).toContainEqual({ command: command.type, event });
      expect(way.at(-1)?.to).toBe(nodeOf(to)?.id);
      way.slice(1).forEach((edge, i) => {
        expect(edge?.from).toBe(way[i]?.to);
      });
    }
    expect(seen.along).toBeGreaterThan(100);
    if (model === paymentModel) expect(seen.inner).toBeGreaterThan(50);
  },
);

test("edgesOfStep_isOneEdge_everyStepOfACancellation", () => {
  const states = Object.keys(cancellationMachine.states) as Parameters<typeof stepCancellation>[0][];
  let steps = 0;
  for (const from of states) {
    for (const event of ["restock", "withdraw", "begin", "complete", "fail", "retry"] as const) {
      const to = stepCancellation(from, event);
      if (!to) continue;
      steps += 1;
      expect(edgesOfStep(charts.cancellation, { event, from, to })).toEqual([`${from}->${to}`]);
    }
  }
  expect(steps).toBe(charts.cancellation.edges.length - 1);
});

test("edgesOfStep_goesThroughChoices_oneAfterAnother", () => {
  const node = (id: string, kind: "state" | "choice") =>
    ({ id, kind, label: id, final: false, inner: [], ...(kind === "state" && { state: id }) }) as const;
  const edge = (from: string, to: string, event?: string) => ({
    id: `${from}->${to}`,
    from,
    to,
    labels: event ? [{ command: event, event }] : [],
  });
  const chained: Chart = {
    machine: "chained",
    nodes: [node("a", "state"), node("x", "choice"), node("y", "choice"), node("b", "state")],
    edges: [edge("a", "x", "go"), edge("x", "y"), edge("y", "x"), edge("y", "b")],
    inner: [],
  };
  expect(edgesOfStep(chained, { event: "go", from: "a", to: "b" })).toEqual(["a->x", "x->y", "y->b"]);
});
