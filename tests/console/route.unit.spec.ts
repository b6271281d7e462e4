import { expect, test } from "bun:test";
import { paths, type Route, routeOf } from "../../gateway/console/route.ts";

const routes: readonly (readonly [string, Route])[] = [
  ["/console", { view: "fleet" }],
  ["/console/", { view: "fleet" }],
  ["/console/orders", { view: "find" }],
  ["/console/orders/order-000001", { view: "order", orderId: "order-000001" }],
  ["/console/orders/a%20b", { view: "order", orderId: "a b" }],
  ["/console/orders/100%", { view: "order", orderId: "100%" }],
  ["/console/settlements", { view: "settlements" }],
  ["/console/dead-letters", { view: "deadLetters" }],
  ["/console/orders/order-000001/lines", { view: "nowhere" }],
  ["/console/settlements/2026-11-25", { view: "nowhere" }],
  ["/console/no-such-view", { view: "nowhere" }],
];

for (const [path, route] of routes) {
  test(`routeOf_finds_${path}`, () => {
    expect(routeOf(path)).toEqual(route);
  });
}

test("paths_leadBack_eachAddressMadeHere", () => {
  expect(routeOf(paths.fleet())).toEqual({ view: "fleet" });
  expect(routeOf(paths.order("a/b?c"))).toEqual({ view: "order", orderId: "a/b?c" });
  expect(paths.order("order-000001", 7)).toBe("/console/orders/order-000001?at=7");
  expect(paths.find({ state: "paid", customerId: undefined })).toBe("/console/orders?state=paid");
  expect(paths.settlements()).toBe("/console/settlements");
});
