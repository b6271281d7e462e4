import { expect, test } from "bun:test";
import { getStateNodes } from "@xstate/graph";
import { getNextTransitions } from "xstate";
import {
  capturedState,
  type OrderSnapshot,
  orderStates,
  stateOf,
  storeSnapshot,
} from "../../machines/mod.ts";
import { assertInvariants } from "../../machines/order/invariants.ts";
import { outcomeOf } from "../../machines/order/machine.ts";
import type { OutcomeType } from "../../machines/order/outcomes/mod.ts";
import { decideFrozen } from "./builders.ts";
import {
  type Edge,
  edgesOf,
  type Model,
  type Path,
  paymentModel,
  pieceModel,
  shortestPaths,
  simpleModel,
  simplePaths,
} from "./model.ts";

const { machine, policy } = paymentModel.domain;
const edges = new Map([paymentModel, pieceModel].map((model) => [model, edgesOf(model)]));
const allEdges = [...edges.values()].flat();

/** A transition's outcome, as the machine names it in its actions. */
const outcomeIn = (actions: readonly unknown[]): OutcomeType | undefined =>
  actions.flatMap((action) => (action as { params?: { outcome: OutcomeType } }).params?.outcome ?? [])[0];

type Transition = ReturnType<typeof getNextTransitions>[number];
const nameOf = ({ source, eventType, actions, target }: Transition) =>
  [source.id, eventType, outcomeIn(actions), target?.map(({ id }) => id)].filter(Boolean).join(" ");

/** Every transition that the machine declares, by where it starts, its command and its outcome. */
const declared = [machine.root, ...getStateNodes(machine)]
  .flatMap((node) => [...[...node.transitions.values()].flat(), ...(node.always ?? [])])
  .map((transition) => nameOf(transition as Transition));

/** The transition that a command takes: the innermost whose rule agrees. Undefined when all refuse. */
const takenIn = ({ before, command }: Edge): Transition | undefined =>
  getNextTransitions(before).find(({ eventType, actions }) => {
    const outcome = outcomeIn(actions);
    return (
      eventType === command.type && outcome && !outcomeOf(outcome).refuse(before.context, command, policy)
    );
  });

const routeTo = (order: OrderSnapshot) => `order.captured.route order.captured.${stateOf(order)}`;

test("machine_reachesEveryState_itDeclares", () => {
  expect(new Set(allEdges.map(({ after }) => stateOf(after)))).toEqual(new Set(orderStates));
});

test("machine_takesEveryTransition_itDeclares", () => {
  const taken = new Set<string>();
  for (const edge of edges.get(paymentModel) ?? []) {
    const transition = takenIn(edge);
    if (transition) taken.add(nameOf(transition));
  }
  for (const { after } of allEdges) if (typeof after.value !== "string") taken.add(routeTo(after));
  expect(declared.length).toBeGreaterThan(25);
  expect(declared.filter((name) => !taken.has(name))).toEqual([]);
});

test("capturedOrder_standsWhereTheTableSays_everyReachableState", () => {
  for (const { after } of allEdges) {
    if (typeof after.value !== "string") expect(stateOf(after)).toBe(capturedState(after.context));
  }
});

const whole = (order: OrderSnapshot) => JSON.stringify(storeSnapshot(order));

// The edges were walked by XState's own step, the decisions by the domain's.
test.each([paymentModel, pieceModel])(
  "decide_agreesWithTheMachine_everyCommandInEveryState_$name",
  (model) => {
    for (const { before, command, after } of edges.get(model) ?? []) {
      assertInvariants(after.context);
      const decision = decideFrozen(model.domain, before, command);
      expect(whole(decision.accepted ? decision.order : before)).toBe(whole(after));
      if (decision.accepted) expect(model.domain.possible(before)).toContain(command.type);
    }
  },
);

/** Walks a path command by command and holds what no single state can show. */
const walk = ({ domain, start }: Model, path: Path): void => {
  let order = start;
  const restocked = new Set<string>();
  for (const command of path) {
    const decision = decideFrozen(domain, order, command);
    if (!decision.accepted) throw new Error(`The path's ${command.type}: ${decision.refusal.code}`);
    const [before, after] = [order.context, decision.order.context];
    assertInvariants(after);
    after.lines.forEach((line, i) => {
      expect(line.confirmed).toBeGreaterThanOrEqual(before.lines[i]?.confirmed ?? 0);
      expect(line.refunded).toBeGreaterThanOrEqual(before.lines[i]?.refunded ?? 0);
    });
    if (command.type === "cancellation.restock") restocked.add(command.data.cancellationId);
    for (const effect of decision.effects) {
      if (effect.type !== "payment.refund") continue;
      if ("cancellationId" in effect.for) expect(restocked.has(effect.for.cancellationId)).toBe(true);
      expect(effect.amount).toBeLessThanOrEqual(effect.refundable);
    }
    order = decision.order;
  }
};

test.each([paymentModel, pieceModel])(
  "order_keepsItsInvariants_onTheShortestPathToEachState_$name",
  (model) => {
    const paths = shortestPaths(model);
    expect(paths.length).toBeGreaterThan(100);
    for (const path of paths) walk(model, path);
  },
);

test("order_keepsItsInvariants_onEverySimplePath", () => {
  const paths = simplePaths(simpleModel);
  expect(paths.length).toBeGreaterThan(1_000);
  for (const path of paths) walk(simpleModel, path);
});
