import { expect, test } from "bun:test";
import { call, handClock, mockForSpec, paid } from "./harness.ts";
import { allPages, ofDay, settlements } from "./settlements-harness.ts";

const date = "2026-11-24";
const time = handClock();
const mock = await mockForSpec({ clock: time.clock });
const control = async (path: string, body?: unknown, method?: string) => {
  const { status, text } = await call(mock, `/mock/${path}`, { body, ...(method && { method }) });
  return { status, body: JSON.parse(text) };
};

test("controls_generateAndTell_overHttp", async () => {
  const made = await control("settlements/rows", { paidOutDate: date, rows: 70 });
  expect(made.body).toEqual({ rows: 70, soldDates: ["2026-11-19"], paidOutDate: date, seed: 0 });
  const { body } = await control(`settlements/totals?paidOutDate=${date}`);
  expect(body).toEqual({ ...mock.settlements.totals({ paidOutDate: date }) });
  expect((await control("settlements/totals?soldDate=2026-11-19")).body.rows).toBe(70);
});

test("controls_armAndDisarm_overHttp", async () => {
  await control("settlements/quirks", { kind: "rowTwice", page: 1, date });
  expect((await allPages(mock, date, 50)).flat()).toHaveLength(71);
  await control("settlements/quirks", undefined, "DELETE");
  expect((await allPages(mock, date, 50)).flat()).toHaveLength(70);
});

test("controls_armAFaultOfAPage_overHttp", async () => {
  const fault = { route: "getSettlements", fault: { kind: "tooManyRequests" }, query: { page: "2" } };
  expect((await control("faults", fault)).body).toEqual({ pending: 1 });
  expect((await ofDay(mock, date, { page: 1 })).status).toBe(200);
  expect((await ofDay(mock, date, { page: 2 })).status).toBe(429);
});

test("controls_moveTheClock_aSaleShowsInSettlements", async () => {
  const { paymentKey } = await paid(mock);
  const ofSale = { startDate: "2026-11-23", endDate: "2026-11-23" };
  expect((await settlements(mock, ofSale)).rows).toEqual([]);
  expect((await control("clock", { ms: 86_400_000 })).body).toEqual({ now: "2026-11-24T01:02:03.000Z" });
  expect((await settlements(mock, ofSale)).rows).toMatchObject([{ paymentKey }]);
});

test.each([
  ["settlements/rows", { rows: -1, paidOutDate: date }],
  ["settlements/rows", { rows: 1 }],
  ["settlements/rows", { rows: 1, paidOutDate: "2026-11-22" }],
  ["settlements/quirks", { kind: "nonsense" }],
  ["settlements/quirks", { kind: "rowTwice" }],
  ["settlements/totals", undefined],
  ["settlements/totals?paidOutDate=tomorrow", undefined],
  ["clock", { ms: -1 }],
])("controls_answer400_%s_%j", async (path, body) => {
  const { status, body: told } = await control(path, body);
  expect([status, told.code]).toEqual([400, "INVALID_REQUEST"]);
});
