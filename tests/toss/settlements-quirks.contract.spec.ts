import { expect, test } from "bun:test";
import { call, failureOf, mockForSpec } from "./harness.ts";
import type { Quirk } from "./mod.ts";
import { allPages, keysOf, ofDay, transactions } from "./settlements-harness.ts";

const date = "2026-11-24";

/** A mock with 25 rows paid out on the date, and their keys in the order of the list. */
async function withRows(...quirks: Quirk[]) {
  const mock = await mockForSpec();
  mock.settlements.generate({ paidOutDate: date, rows: 25 });
  for (const quirk of quirks) mock.settlements.arm(quirk);
  const keys = keysOf([...mock.settlements.rows({ paidOutDate: date })]);
  return { mock, keys, read: async () => keysOf((await allPages(mock, date, 10)).flat()) };
}

test("rowInserted_shiftsThePages_aRowComesTwice", async () => {
  const { keys, read } = await withRows({ kind: "rowInserted", afterPage: 1 });
  const first = await read();
  const late = keys[24] ?? "";
  expect(first).toHaveLength(25);
  expect(first).not.toContain(late);
  expect(first[9]).toBe(first[10] ?? "none");
  expect(await read()).toEqual([late, ...keys.slice(0, 24)]);
});

test("rowRemoved_shiftsThePages_aRowIsMissed", async () => {
  const { keys, read } = await withRows({ kind: "rowRemoved", afterPage: 1 });
  expect(await read()).toEqual(keys.toSpliced(10, 1));
  expect(await read()).toEqual(keys.slice(1));
});

test("rowMoved_keepsTheRows_aPassMissesOne", async () => {
  const { keys, read } = await withRows({ kind: "rowMoved", afterPage: 2 });
  const [top = "", ...rest] = keys;
  expect(await read()).toEqual([...keys.toSpliced(20, 1), top]);
  expect(await read()).toEqual([...rest, top]);
});

test("rowTwice_repeatsTheLastRowOfAPage_everyTime", async () => {
  const { keys, read } = await withRows({ kind: "rowTwice", page: 1 });
  const twice = keys.toSpliced(10, 0, keys[9] ?? "");
  expect(await read()).toEqual(twice);
  expect(await read()).toEqual(twice);
});

test("rowsLate_appear_afterTheCallsGiven", async () => {
  const { keys, read } = await withRows({ kind: "rowsLate", rows: 4, afterCalls: 4 });
  expect(await read()).toEqual(keys.slice(0, 21));
  expect(await read()).toEqual(keys);
});

test("pageShrinks_betweenCalls_theOthersStay", async () => {
  const { keys, read } = await withRows({ kind: "pageShrinks", page: 2, by: 3 });
  expect(await read()).toEqual(keys);
  expect(await read()).toEqual(keys.toSpliced(17, 3));
});

test("pageShrinks_losesRows_lastPageThatIsNotFull", async () => {
  const { keys, read } = await withRows({ kind: "pageShrinks", page: 3, by: 2 });
  expect(await read()).toEqual(keys);
  expect(await read()).toEqual(keys.slice(0, 23));
});

test("emptyFirstPage_isEmptyOnce_thoughRowsAreThere", async () => {
  const { mock, keys, read } = await withRows({ kind: "emptyFirstPage" });
  expect((await ofDay(mock, date)).text).toBe("[]");
  expect(await read()).toEqual(keys);
});

test.each([
  ["missing", "amount", undefined],
  ["wrongType", "orderId", 42],
  ["wrongType", "amount", expect.stringContaining("원")],
] as const)("malformedRow_%s_%s", async (flaw, field, given) => {
  const { mock, keys } = await withRows({ kind: "malformedRow", index: 12, flaw, field });
  const { rows } = await ofDay(mock, date, { page: 2, size: 10 });
  expect(keysOf(rows)).toEqual(keys.slice(10, 20));
  expect(rows.map((row) => typeof row[field])).not.toEqual(Array(10).fill(typeof rows[0]?.[field]));
  expect<unknown>(rows[2]?.[field]).toEqual(given);
});

test("emptyBody_endsTheList_insteadOfAnEmptyArray", async () => {
  const { mock, keys } = await withRows({ kind: "emptyBody" });
  const past = await ofDay(mock, date, { page: 4, size: 10 });
  expect([past.status, past.text]).toEqual([200, ""]);
  expect((await ofDay(mock, "2026-11-30")).text).toBe("");
  expect(keysOf((await ofDay(mock, date, { page: 3, size: 10 })).rows)).toEqual(keys.slice(20));
});

test("quirks_workTogether_inTheOrderArmed", async () => {
  const { keys, read } = await withRows(
    { kind: "rowsLate", rows: 5, afterCalls: 1_000 },
    { kind: "rowTwice", page: 1 },
    { kind: "rowMoved", afterPage: 1 },
  );
  await read();
  const twice = keys.slice(0, 20).toSpliced(10, 0, keys[9] ?? "");
  expect(await read()).toEqual([...twice.slice(1), twice[0] ?? ""]);
});

test("quirks_areAboutOneDate_orEveryListOnItsOwn", async () => {
  const { mock, keys, read } = await withRows({ kind: "emptyFirstPage", date: "2026-11-25" });
  expect(await read()).toEqual(keys);
  mock.settlements.disarm();
  mock.settlements.arm({ kind: "emptyFirstPage" });
  expect((await ofDay(mock, date)).rows).toEqual([]);
  expect((await ofDay(mock, date, { dateType: "soldDate", startDate: "2026-11-19" })).rows).toEqual([]);
  expect(await read()).toEqual(keys);
});

test("disarm_endsQuirks_rowsStay", async () => {
  const { mock, keys, read } = await withRows({ kind: "rowTwice", page: 1 }, { kind: "emptyBody" });
  mock.settlements.disarm();
  expect(await read()).toEqual(keys);
  expect((await ofDay(mock, date, { page: 9 })).text).toBe("[]");
});

test("faults_strikeThePageTheyAreFor_queryInTheScope", async () => {
  const { mock } = await withRows();
  const page = (n: number) => ofDay(mock, date, { page: n, size: 10 });
  const scope = { query: { page: "2" } };
  mock.faults.next("getSettlements", { kind: "tooManyRequests" }, { ...scope, times: 2 });
  mock.faults.next("getSettlements", { kind: "error", code: "FAILED_INTERNAL_SYSTEM_PROCESSING" }, scope);
  mock.faults.next("getSettlements", { kind: "dropBefore" }, scope);
  mock.faults.next("getSettlements", { kind: "malformedBody" }, scope);
  mock.faults.next("getSettlements", { kind: "slow", ms: 50 }, scope);

  expect((await page(1)).rows).toHaveLength(10);
  expect([(await page(2)).status, (await page(2)).status, (await page(2)).status]).toEqual([429, 429, 500]);
  expect(await failureOf(page(2))).toBe("ECONNRESET");
  const half = await page(2);
  expect([half.status, half.rows.length]).toEqual([200, 0]);
  expect(() => JSON.parse(half.text)).toThrow();
  const start = performance.now();
  expect((await page(2)).rows).toHaveLength(10);
  expect(performance.now() - start).toBeGreaterThan(45);
  expect(mock.faults.pending()).toBe(0);
});

test("faults_strikeTransactionsToo_429DropAndTimeout", async () => {
  const { mock } = await withRows();
  const query = { startDate: "2026-11-19", endDate: "2026-11-20" };
  mock.faults.next("getTransactions", { kind: "tooManyRequests" });
  mock.faults.next("getTransactions", { kind: "dropAfterSuccess" });
  expect((await transactions(mock, query)).status).toBe(429);
  expect(await failureOf(transactions(mock, query))).toBe("ECONNRESET");
  mock.faults.next("getTransactions", { kind: "timeoutBefore" });
  const path = "/v1/transactions?startDate=2026-11-19&endDate=2026-11-20";
  expect(await failureOf(call(mock, path, { timeoutMs: 100 }))).toBe("TimeoutError");
  expect((await transactions(mock, query)).rows).toHaveLength(25);
});

test("hold_stopsAPage_queryInTheOptions", async () => {
  const { mock } = await withRows();
  const hold = mock.hold("getSettlements", { query: { page: "2" } });
  await ofDay(mock, date, { page: 1, size: 10 });
  const held = ofDay(mock, date, { page: 2, size: 10 });
  expect((await hold.reached).path).toContain("page=2");
  hold.release();
  expect((await held).rows).toHaveLength(10);
});
