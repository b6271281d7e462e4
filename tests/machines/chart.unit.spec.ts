import { expect, test } from "bun:test";
import { createMachine } from "xstate";
import { chartOf } from "../../machines/chart.ts";
import { charts, machines } from "../../machines/charts.ts";
import { commandTypes, orderEventTypes, orderStates } from "../../machines/mod.ts";

const record = (outcome: string) => ({ type: "record", params: { outcome } });

/** A door that can be changed before it is made. */
const door = (states: object = {}) =>
  createMachine({
    id: "door",
    initial: "shut",
    on: { knock: { actions: record("door.knocked") } },
    states: {
      shut: { on: { open: { target: "ajar", actions: record("door.opened") } } },
      ajar: {
        initial: "look",
        on: { push: { target: ".look", actions: record("door.pushed") }, knock: {} },
        states: {
          look: { always: [{ target: "half", guard: "isHalf" }, { target: "wide" }] },
          half: {},
          wide: { on: { shut: "#door.shut", creak: { actions: "creak" } } },
        },
      },
      broken: { type: "final" },
      ...states,
    },
  });

test("chartOf_readsNodes_ofEveryKind", () => {
  const { machine, nodes, inner } = chartOf(door());
  expect(machine).toBe("door");
  expect(nodes.map(({ id, kind, parent, state }) => [id, kind, parent, state])).toEqual([
    ["*", "initial", undefined, undefined],
    ["shut", "state", undefined, "shut"],
    ["ajar", "compound", undefined, undefined],
    ["ajar.look", "choice", "ajar", undefined],
    ["ajar.half", "state", "ajar", "half"],
    ["ajar.wide", "state", "ajar", "wide"],
    ["broken", "state", undefined, "broken"],
  ]);
  expect(nodes.filter(({ final }) => final).map(({ id }) => id)).toEqual(["broken"]);
  expect(inner).toEqual([{ command: "knock", event: "door.knocked" }]);
});

test("chartOf_saysWhereOneEntersACompound_andOfNothingElse", () => {
  const { nodes } = chartOf(door());
  const entered = nodes.filter((node) => "initial" in node).map(({ id, initial }) => [id, initial]);
  expect(entered).toEqual([["ajar", "ajar.look"]]);
  expect(nodes[0]).toEqual({ id: "*", label: "", kind: "initial", final: false, inner: [] });
});

test("chartOf_enters_throughCompoundsInCompounds", () => {
  const outer = { initial: "inner", states: { inner: { initial: "core", states: { core: {} } } } };
  const { edges, nodes } = chartOf(
    createMachine({ id: "nested", initial: "out", states: { out: { on: { go: "outer" } }, outer } }),
  );
  expect(edges.map(({ id }) => id)).toEqual(["*->out", "out->outer.inner.core"]);
  expect(nodes.find(({ id }) => id === "outer")?.initial).toBe("outer.inner.core");
});

test("chartOf_readsAParallelState_asACompoundThatOneIsInAllOf", () => {
  const both = { type: "parallel", states: { left: {}, right: {} } } as const;
  const { nodes } = chartOf(createMachine({ id: "pair", initial: "both", states: { both } }));
  const { kind, initial, state, final } = nodes.find(({ id }) => id === "both") ?? {};
  expect({ kind, initial, state, final }).toEqual({
    kind: "compound",
    initial: undefined,
    state: undefined,
    final: false,
  });
});

test("chartOf_tellsStateFromChoice_byWhetherSomethingIsHeardThere", () => {
  const hearing = { always: [{ target: "off", guard: "isDark" }], on: { wait: { actions: "count" } } };
  const lamp = createMachine({ id: "lamp", initial: "on", states: { on: hearing, off: { type: "final" } } });
  const { nodes } = chartOf(lamp);
  expect(nodes.map(({ id, kind, final }) => [id, kind, final])).toEqual([
    ["*", "initial", false],
    ["on", "state", false],
    ["off", "state", true],
  ]);
});

test("chartOf_leadsNowhere_transitionToItself", () => {
  const { nodes, edges } = chartOf(
    door({ bell: { on: { ring: { target: "bell", reenter: true }, mute: {}, mend: "shut" } } }),
  );
  const bell = nodes.find(({ id }) => id === "bell");
  expect(bell?.inner).toEqual([{ command: "ring", event: "ring" }]);
  expect(edges.filter(({ from }) => from === "bell").map(({ to }) => to)).toEqual(["shut"]);
});

test("chartOf_hasTheLabelOfBirth_whereTheMachineNamesOne", () => {
  const born = { command: "build", event: "door.built" };
  const { edges } = chartOf(
    createMachine({ id: "hut", initial: "new", meta: { born }, states: { new: {} } }),
  );
  expect(edges).toEqual([{ id: "*->new", from: "*", to: "new", labels: [born] }]);
  expect(chartOf(door()).edges[0]?.labels).toEqual([]);
});

test("chartOf_readsEdges_oncePerPairOfNodes", () => {
  const { edges, nodes } = chartOf(door());
  expect(edges.map(({ id, labels }) => [id, ...labels.map(({ event }) => event)])).toEqual([
    ["*->shut"],
    ["shut->ajar.look", "door.opened"],
    ["ajar->ajar.look", "door.pushed"],
    ["ajar.look->ajar.half"],
    ["ajar.look->ajar.wide"],
    ["ajar.wide->shut", "shut"],
  ]);
  const { inner } = nodes.find(({ id }) => id === "ajar.wide") ?? {};
  expect(inner).toEqual([{ command: "creak", event: "creak" }]);
});

test("chartOf_changes_withTheMachine", () => {
  const before = chartOf(door());
  const after = chartOf(
    door({ painted: { on: { dry: { target: "shut", actions: record("door.dried") } } } }),
  );
  expect(after.nodes.map(({ id }) => id)).toEqual([...before.nodes.map(({ id }) => id), "painted"]);
  expect(after.edges.at(-1)).toEqual({
    id: "painted->shut",
    from: "painted",
    to: "shut",
    labels: [{ command: "dry", event: "door.dried" }],
  });
});

test("charts_showEveryStateCommandAndEvent_ofAnOrder", () => {
  const { nodes, edges, inner } = charts.order;
  const shown = nodes.flatMap(({ state }) => (state === undefined ? [] : [state]));
  const labels = [...inner, ...nodes.flatMap((one) => one.inner), ...edges.flatMap((one) => one.labels)];
  expect(shown.toSorted()).toEqual([...orderStates].toSorted());
  expect(new Set(labels.map(({ command }) => command))).toEqual(new Set<string>(commandTypes));
  expect(new Set(labels.map(({ event }) => event))).toEqual(new Set<string>(orderEventTypes));
  expect(nodes.filter(({ final }) => final).map(({ id }) => id)).toEqual(["canceled", "expired"]);
});

test("charts_nameTheMachines_theyAreOf", () => {
  for (const [name, chart] of Object.entries(charts)) expect(chart.machine).toBe(name);
  expect(Object.keys(charts)).toEqual(Object.keys(machines));
});
