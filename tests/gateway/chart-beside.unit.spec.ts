import { expect, test } from "bun:test";
import { createDrawings } from "../../gateway/chart/drawings.ts";
import { type PlacedChart, placeChart } from "../../gateway/chart/layout.ts";
import { placeBeside } from "../../gateway/chart/place-beside.ts";
import { createErrorHandler } from "../../gateway/error-handler.ts";
import { machineRoutes } from "../../gateway/routes/machines.ts";
import { charts } from "../../machines/charts.ts";
import { createLogBook, problemIn } from "./lab.ts";

const placed = await placeChart(charts.cancellation, "wide");

test("placeBeside_placesAsPlaceChartDoes_inAThread", async () => {
  expect(JSON.stringify(await placeBeside(charts.cancellation, "wide"))).toBe(JSON.stringify(placed));
});

test("placeBeside_leavesThisThreadFree_whileItPlaces", async () => {
  let turns = 0;
  const turning = setInterval(() => {
    turns += 1;
  }, 1);
  await placeBeside(charts.order, "wide");
  clearInterval(turning);
  // Placed in this thread, it turns a handful of times.
  expect(turns).toBeGreaterThan(50);
});

test("placeBeside_rejects_chartThatCanNotBePlaced", async () => {
  const { nodes, edges } = charts.cancellation;
  const broken = { ...charts.cancellation, nodes: nodes.slice(1), edges };
  await expect(placeBeside(broken, "wide")).rejects.toThrow("The chart can't be placed");
});

test("draw_placesOnce_askedManyTimesAtOnceAndLater", async () => {
  let times = 0;
  const go = Promise.withResolvers<PlacedChart>();
  const draw = createDrawings(() => {
    times += 1;
    return go.promise;
  });
  const asked = [draw("cancellation", "wide"), draw("cancellation", "wide")];
  go.resolve(placed);
  for (const drawing of [...asked, draw("cancellation", "wide")]) {
    expect((await drawing).body).toBe(JSON.stringify(placed));
  }
  expect(times).toBe(1);
});

test("getMachine_answersAProblemAndTriesAgain_layoutFails", async () => {
  const { lines, log } = createLogBook();
  let times = 0;
  const draw = createDrawings(async () => {
    times += 1;
    if (times === 1) throw new Error("no layout today");
    return placed;
  });
  const routes = machineRoutes({ onError: createErrorHandler(log, () => []) }, draw);
  const get = () => routes.handle(new Request("http://localhost/machines/cancellation"));
  const failed = await get();
  expect(failed.status).toBe(500);
  expect(await problemIn(failed)).toMatchObject({ code: "INTERNAL" });
  expect(lines).toMatchObject([{ level: "error", fields: { err: { message: "no layout today" } } }]);
  const next = await get();
  expect([next.status, await next.json()]).toEqual([200, JSON.parse(JSON.stringify(placed))]);
});
