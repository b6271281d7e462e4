import { expect, test } from "bun:test";
import { placeChart } from "../../gateway/chart/layout.ts";
import { trailsOf } from "../../gateway/console/order/steps.ts";
import type { HistoryEntryView } from "../../gateway/schemas/order.ts";
import { charts } from "../../machines/charts.ts";

const chart = await placeChart(charts.order, "wide");

type Told = Pick<HistoryEntryView, "type" | "from" | "to">;
const history = (steps: readonly Told[]): HistoryEntryView[] =>
  steps.map((step, index) => ({
    ...step,
    orderId: "order-000001",
    seq: index + 1,
    at: "2026-11-25T00:00:00.000Z",
    data: {},
    commandId: `command-${index}`,
    actor: { role: "customer", id: "customer-1" },
  }));

const trails = trailsOf(
  chart,
  history([
    { type: "order.placed", from: null, to: "ordered" },
    { type: "payment.requested", from: "ordered", to: "paying" },
    { type: "payment.declined", from: "paying", to: "ordered" },
    { type: "payment.requested", from: "ordered", to: "paying" },
    { type: "payment.captured", from: "paying", to: "paid" },
  ]),
);
const ran = (seq: number, when: "before" | "now") =>
  [...trails(seq).edges].flatMap(([edge, mark]) => (mark.ran === when ? [edge] : [])).toSorted();

test("trail_marksTheStepInFront_apartFromThoseBefore", () => {
  expect(ran(3, "now")).toEqual(["paying->ordered"]);
  expect(ran(3, "before")).toEqual(["*->ordered", "ordered->paying"]);
});

test("trail_leadsThroughTheChoice_intoACapturedState", () => {
  expect(ran(5, "now")).toEqual(["captured.route->captured.paid", "paying->captured.route"]);
  expect([...trails(5).been].toSorted()).toEqual(["ordered", "paid", "paying"]);
});

test("trail_marksAStepTakenAgain_asTheOneInFront", () => {
  expect(ran(4, "now")).toEqual(["ordered->paying"]);
});

test("trail_knowsNothingOfLater_earlyStep", () => {
  expect(ran(1, "now")).toEqual(["*->ordered"]);
  expect(ran(1, "before")).toEqual([]);
  expect([...trails(1).been]).toEqual(["ordered"]);
});
