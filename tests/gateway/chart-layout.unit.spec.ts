import { expect, test } from "bun:test";
import { createMachine } from "xstate";
import { layouts, placeChart } from "../../gateway/chart/layout.ts";
import { roundedPath } from "../../gateway/chart/path.ts";
import { segmentsOf } from "../../gateway/chart/segments.ts";
import { chartOf } from "../../machines/chart.ts";

/** Lines into, out of, across and within compounds in compounds. */
const nested = chartOf(
  createMachine({
    id: "nested",
    initial: "a",
    states: {
      a: { on: { deep: "#x", over: "#z" } },
      b: {
        initial: "c",
        on: { own: ".c" },
        states: {
          c: { initial: "x", states: { x: { id: "x", on: { out: "#z", up: "#y" } } } },
          y: { id: "y" },
        },
      },
      d: { initial: "z", states: { z: { id: "z", on: { back: "#nested.a" } } } },
    },
  }),
);

const edge = (id: string) => {
  const found = nested.edges.find((one) => one.id === id);
  if (!found) throw new Error(`No edge ${id}`);
  return found;
};

test.each([
  ["a->b.c.x", [undefined, "b", "b.c"], ["in b", "in b.c"]],
  ["b.c.x->d.z", ["b.c", "b", undefined, "d"], ["out b.c", "out b", "in d"]],
  ["b.c.x->b.y", ["b.c", "b"], ["out b.c"]],
  ["b->b.c.x", ["b", "b.c"], ["own b", "in b.c"]],
  ["*->a", [undefined], []],
])("segmentsOf_crossesEachBorderOnce_%s", (id, within, crossed) => {
  const { ports, segments } = segmentsOf(nested, edge(id));
  expect(segments.map((one) => one.within)).toEqual(within);
  expect(ports.map(({ way, compound }) => `${way} ${compound}`)).toEqual(crossed);
  expect(segments.slice(1).map(({ source }) => source)).toEqual(
    segments.slice(0, -1).map(({ target }) => target),
  );
  expect(segments.filter(({ labelled }) => labelled).length).toBe(edge(id).labels.length > 0 ? 1 : 0);
});

test.each(layouts)("placeChart_drawsEveryEdgeWhole_compoundsInCompounds_%s", async (layout) => {
  const { edges } = await placeChart(nested, layout);
  for (const { id, points, labels, labelBox } of edges) {
    expect(points.length).toBeGreaterThanOrEqual(2);
    expect({ id, labelled: labelBox !== undefined }).toEqual({ id, labelled: labels.length > 0 });
    points.slice(1).forEach((point, i) => {
      const { x, y } = points[i] ?? { x: Number.NaN, y: Number.NaN };
      expect({ id, square: Math.min(Math.abs(point.x - x), Math.abs(point.y - y)) < 0.3 }).toEqual({
        id,
        square: true,
      });
    });
  }
});

test("placeChart_leavesTheProcessFreeToEnd_layoutDone", async () => {
  const scope: { onmessage?: unknown } = globalThis;
  const before = scope.onmessage;
  await placeChart(nested, "wide");
  expect(scope.onmessage).toBe(before);
});

test("roundedPath_roundsCorners_byNoMoreThanHalfALine", () => {
  const corner = [
    { x: 0, y: 0 },
    { x: 100, y: 0 },
    { x: 100, y: 6 },
  ];
  expect(roundedPath(corner)).toBe("M0 0L97 0Q100 0 100 3L100 6");
  expect(roundedPath(corner.slice(0, 2))).toBe("M0 0L100 0");
});
