import { expect, test } from "bun:test";
import type { Static } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import type { Box } from "../../gateway/chart/layout.ts";
import { MachinesView, MachineView } from "../../gateway/schemas/machine.ts";
import { charts } from "../../machines/charts.ts";
import { createLab, json, problemIn } from "./lab.ts";

const lab = createLab();
const everyChart = ["order", "cancellation"].flatMap((name) =>
  ["wide", "tall"].map((layout) => [name, layout] as const),
);
const read = async (path: string) => json<Static<typeof MachineView>>(await lab.get(path));

/** Boxes that touch along an edge do not overlap. */
const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

test("getMachines_namesThem_withLinks", async () => {
  const body = await json(await lab.get("/machines"));
  expect([...Value.Errors(MachinesView, body)]).toEqual([]);
  expect(body).toMatchObject({
    machines: [
      { machine: "order", _links: { self: { href: "/machines/order" } } },
      { machine: "cancellation", _links: { self: { href: "/machines/cancellation" } } },
    ],
  });
});

test.each(everyChart)("getMachine_isTheChartWithPlaces_%s_%s", async (name, layout) => {
  const body = await read(`/machines/${name}?layout=${layout}`);
  expect([...Value.Errors(MachineView, body)]).toEqual([]);
  const chart = charts[name as keyof typeof charts];
  expect(body).toMatchObject({ machine: name, layout, ...JSON.parse(JSON.stringify(chart)) });
});

test.each(everyChart)("getMachine_putsNothingOverAnother_%s_%s", async (name, layout) => {
  const { nodes, edges, width, height } = await read(`/machines/${name}?layout=${layout}`);
  const labels = edges.flatMap(({ id, labelBox }) =>
    labelBox ? [{ id: `label of ${id}`, ...labelBox }] : [],
  );
  const solid = [...nodes.filter(({ kind }) => kind !== "compound"), ...labels];
  for (const [i, a] of solid.entries()) {
    for (const b of solid.slice(i + 1)) {
      expect({ a: a.id, b: b.id, overlap: overlap(a, b) }).toEqual({ a: a.id, b: b.id, overlap: false });
    }
  }
  const page = { x: 0, y: 0, width, height };
  for (const node of nodes) {
    const around = nodes.find(({ id }) => id === node.parent) ?? page;
    expect(node.x).toBeGreaterThan(around.x);
    expect(node.y).toBeGreaterThan(around.y);
    expect(node.x + node.width).toBeLessThan(around.x + around.width);
    expect(node.y + node.height).toBeLessThan(around.y + around.height);
    if (node.kind === "state") expect([node.width >= 150, node.height >= 56]).toEqual([true, true]);
  }
});

test.each(everyChart)("getMachine_drawsEdgesFromNodeToNode_%s_%s", async (name, layout) => {
  const { nodes, edges } = await read(`/machines/${name}?layout=${layout}`);
  const box = (id: string) => nodes.find((node) => node.id === id) as Box;
  const onBorder = ({ x, y, width, height }: Box, point: { x: number; y: number }) => {
    const [dx, dy] = [Math.abs(point.x - x - width / 2), Math.abs(point.y - y - height / 2)];
    return Math.max(dx - width / 2, dy - height / 2);
  };
  for (const { id, from, to, points } of edges) {
    const [first, last] = [points[0], points.at(-1)] as [Box, Box];
    expect({ id, off: Math.abs(onBorder(box(from), first)) < 0.3 }).toEqual({ id, off: true });
    expect({ id, off: Math.abs(onBorder(box(to), last)) < 0.3 }).toEqual({ id, off: true });
    points.slice(1).forEach((point, i) => {
      const before = points[i] as Box;
      expect(Math.min(Math.abs(point.x - before.x), Math.abs(point.y - before.y))).toBeLessThan(0.3);
    });
  }
});

test("getMachine_isWide_unlessAskedOtherwise", async () => {
  const [usual, tall] = [await read("/machines/order"), await read("/machines/order?layout=tall")];
  expect([usual.layout, usual.width > usual.height]).toEqual(["wide", true]);
  expect([tall.layout, tall.width < tall.height]).toEqual(["tall", true]);
});

test("getMachine_answers304_itsTag", async () => {
  const etag = String((await lab.get("/machines/order")).headers.get("etag"));
  expect(etag).toMatch(/^"\w+"$/);
  for (const header of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
    const again = await lab.ask("/machines/order", { headers: { "if-none-match": header } });
    expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", etag]);
  }
  for (const [path, header] of [
    ["/machines/order", `"other"`],
    ["/machines/order?layout=tall", etag],
  ] as const) {
    expect((await lab.ask(path, { headers: { "if-none-match": header } })).status).toBe(200);
  }
});

test.each(["orders", "Order", "constructor", "__proto__"])("getMachine_answers404_%s", async (name) => {
  const problem = await problemIn(await lab.get(`/machines/${name}`));
  expect(problem).toMatchObject({ status: 404, code: "MACHINE_NOT_FOUND" });
  expect(problem.detail).toContain("order, cancellation");
});

test.each(["layout=round", "layout=", "size=3"])("getMachine_answers400_%s", async (query) => {
  const problem = await problemIn(await lab.get(`/machines/order?${query}`));
  expect(problem).toMatchObject({ status: 400, code: "VALIDATION_FAILED" });
});
