import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getStateNodes } from "@xstate/graph";
import { type AnyStateMachine, createMachine } from "xstate";
import { diagramFiles, staleFiles } from "../../deploy/diagrams/files.ts";
import { statelyOf } from "../../deploy/diagrams/stately.ts";
import { chartOf } from "../../machines/chart.ts";
import { machines } from "../../machines/charts.ts";

const lamp = (on: Record<string, string> = { press: "lit" }) =>
  createMachine({ id: "lamp", initial: "dark", states: { dark: { on }, lit: {} } });

/** States with all that leads out of them: targets, guards and actions, in order. */
const anatomy = (machine: AnyStateMachine) =>
  [machine.root, ...getStateNodes(machine)].map((node) => ({
    id: node.id,
    type: node.type,
    transitions: [...[...node.transitions.values()].flat(), ...(node.always ?? [])].map(
      ({ eventType, target, guard, actions }) => ({
        eventType,
        target: target?.map(({ id }: { id: string }) => id),
        guard,
        actions,
      }),
    ),
  }));

test.each(Object.entries(machines))("stately_loadsAsTheSameMachine_%s", async (name, machine) => {
  const text = String((await diagramFiles({ [name]: machine })).get(`${name}.json`));
  const loaded = createMachine(JSON.parse(text));
  expect(anatomy(loaded)).toEqual(anatomy(machine));
  expect(chartOf(loaded)).toEqual(chartOf(machine));
});

test("stately_throwsNamingThePlace_functionWithoutAName", () => {
  const machine = createMachine({ id: "m", initial: "a", states: { a: { entry: () => {} } } });
  expect(() => statelyOf(machine)).toThrow("m › states › a › entry is a function");
});

test("diagramFiles_areTheSame_madeTwice", async () => {
  expect(await diagramFiles(machines)).toEqual(await diagramFiles(machines));
});

test("diagramFiles_areFresh_inTheRepository", async () => {
  expect(await staleFiles(await diagramFiles(machines), "machines/diagrams")).toEqual([]);
});

test("staleFiles_namesEachFile_machineChanged", async () => {
  const folder = await mkdtemp(join(tmpdir(), "diagrams-"));
  try {
    const files = await diagramFiles({ lamp: lamp() });
    expect(await staleFiles(files, folder)).toEqual(["lamp.mmd", "lamp.svg", "lamp.json"]);
    for (const [name, text] of files) await Bun.write(join(folder, name), text);
    expect(await staleFiles(files, folder)).toEqual([]);
    const changed = await diagramFiles({ lamp: lamp({ press: "lit", shout: "lit" }) });
    expect(await staleFiles(changed, folder)).toEqual(["lamp.mmd", "lamp.svg", "lamp.json"]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("svg_drawsEveryStateAndEvent_andIsWellFormed", async () => {
  const svg = String((await diagramFiles(machines)).get("order.svg"));
  for (const { state } of chartOf(machines.order).nodes) if (state) expect(svg).toContain(`>${state}</text>`);
  expect(svg).toContain("payment.mismatched");
  expect(svg).toContain("prefers-color-scheme: dark");
  const open: string[] = [];
  for (const [, close, tag, self] of svg.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (close) expect(open.pop()).toBe(tag);
    else if (!self) open.push(String(tag));
  }
  expect(open).toEqual([]);
});

test("diagram_exits1NamingTheFiles_checkOfAnEmptyFolder", async () => {
  const folder = await mkdtemp(join(tmpdir(), "diagrams-"));
  const run = async (...args: string[]) => {
    const child = Bun.spawn([process.execPath, "deploy/diagram.ts", "--out", folder, ...args], {
      stdout: "ignore",
      stderr: "pipe",
    });
    return { errors: await child.stderr.text(), code: await child.exited };
  };
  try {
    const stale = await run("--check");
    expect(stale.code).toBe(1);
    expect(stale.errors).toContain(`${folder}/order.svg is stale`);
    expect((await run()).code).toBe(0);
    expect(await run("--check")).toEqual({ errors: "", code: 0 });
  } finally {
    await rm(folder, { recursive: true });
  }
});
