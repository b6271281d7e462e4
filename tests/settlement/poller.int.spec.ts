import { afterEach, describe, expect, test } from "bun:test";
import { DEAD_TOPIC } from "../../settlement/poller/mod.ts";
import { DATE } from "./poller-rows.ts";
import { byKey, createWorld, recordsOf, sourceOf, truthOf } from "./poller-world.ts";
import { runStoreAdapters } from "./run-store-adapters.ts";

const disposals: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const dispose of disposals.splice(0)) await dispose();
});

describe.each(runStoreAdapters.map((adapter) => [adapter.name, adapter] as const))(
  "poller on its checkpoints in %s",
  (_, adapter) => {
    test("runDate_bringsEveryRowOnce_throughAvroIntoTheLog", async () => {
      const runs = await adapter.create();
      disposals.push(() => runs.dispose());
      const world = await createWorld({ store: await runs.open() });
      world.mock.settlements.generate({ paidOutDate: DATE, rows: 1_234 });
      const { run, produced } = await world.run();
      const { rows, amount, fee, payOutAmount } = world.mock.settlements.totals({ paidOutDate: DATE });
      expect(run).toMatchObject({
        status: "complete",
        passes: 2,
        totals: { rows, amount, fee, payOutAmount },
      });
      expect(run.totals).toMatchObject({ rows: 1_234, malformed: 0 });
      expect(produced).toBe(1_234);
      const found = await world.rows();
      expect(found).toHaveLength(1_234);
      expect(byKey(found)).toEqual(truthOf(world));
      expect((await world.run()).produced).toBe(0);
    });
  },
);

test("runDate_isCompleteAfterOnePass_againstTheTransactionsOfTheSoldDates", async () => {
  const world = await createWorld();
  world.mock.settlements.generate({ paidOutDate: DATE, rows: 1_000 });
  const { run } = await world.run({ verify: "transactions", soldDatesOf: world.calendar.soldDatesOf });
  expect(run).toMatchObject({ status: "complete", passes: 1, totals: { rows: 1_000 } });
});

test("runDate_countMismatch_rowsThatAreLateByMoreThanItsPasses", async () => {
  const world = await createWorld();
  world.mock.settlements.generate({ paidOutDate: DATE, rows: 250 });
  world.mock.settlements.arm({ kind: "rowsLate", rows: 3, afterCalls: 1_000 });
  const byTransactions = { verify: "transactions" as const, soldDatesOf: world.calendar.soldDatesOf };
  await expect(world.run(byTransactions)).rejects.toMatchObject({ code: "COUNT_MISMATCH" });
  expect(await world.store.run(DATE)).toMatchObject({ status: "mismatch", totals: { rows: 247 } });
  world.mock.settlements.disarm();
  expect((await world.run(byTransactions)).run).toMatchObject({ status: "complete", totals: { rows: 250 } });
  expect(byKey(await world.rows())).toEqual(truthOf(world));
});

test.each([
  ["rowInserted", { kind: "rowInserted", afterPage: 2 }],
  ["rowMoved", { kind: "rowMoved", afterPage: 2 }],
  ["rowTwice", { kind: "rowTwice", page: 1 }],
  ["rowsLate", { kind: "rowsLate", rows: 5, afterCalls: 4 }],
  ["emptyFirstPage", { kind: "emptyFirstPage" }],
  ["emptyBody", { kind: "emptyBody" }],
  ["pageShrinks", { kind: "pageShrinks", page: 2, by: 30 }],
] as const)("runDate_missesNothing_%s", async (_, quirk) => {
  for (const concurrency of [1, 3]) {
    const world = await createWorld();
    world.mock.settlements.generate({ paidOutDate: DATE, rows: 430 });
    world.mock.settlements.arm(quirk);
    const { run } = await world.run({ concurrency });
    expect(run.status).toBe("complete");
    expect(byKey(await world.rows())).toEqual(truthOf(world));
  }
});

test("runDate_keepsWhatItSaw_rowRemovedForGood", async () => {
  const world = await createWorld();
  world.mock.settlements.generate({ paidOutDate: DATE, rows: 430 });
  world.mock.settlements.arm({ kind: "rowRemoved", afterPage: 2 });
  const { run } = await world.run({ concurrency: 1 });
  expect(run).toMatchObject({ status: "complete", totals: { rows: 429 } });
  expect(byKey(await world.rows())).toEqual(truthOf(world));
});

test("runDate_putsItAsideWithItsText_malformedRow", async () => {
  const world = await createWorld();
  world.mock.settlements.generate({ paidOutDate: DATE, rows: 250 });
  world.mock.settlements.arm({ kind: "malformedRow", index: 120, field: "payOutAmount", flaw: "missing" });
  const { run } = await world.run();
  expect(run).toMatchObject({ status: "complete", totals: { rows: 249, malformed: 1 } });
  const [dead, ...more] = await recordsOf(world.log, DEAD_TOPIC);
  expect(more).toEqual([]);
  expect(dead?.headers).toMatchObject({ source: "poller", date: DATE, page: "2" });
  expect(dead?.headers?.reason).toStartWith("payOutAmount: ");
  const raw: unknown = JSON.parse(new TextDecoder().decode(dead?.value));
  expect(raw).toMatchObject({ mId: "jumunmock", paidOutDate: DATE });
  expect(raw).not.toHaveProperty("payOutAmount");
});

test("runDate_comesThrough_429StormAndEveryOtherFault", async () => {
  const world = await createWorld();
  world.mock.settlements.generate({ paidOutDate: DATE, rows: 430 });
  const { faults } = world.mock;
  faults.next("getSettlements", { kind: "tooManyRequests" }, { times: 15 });
  faults.next("getSettlements", { kind: "error", code: "FAILED_INTERNAL_SYSTEM_PROCESSING" }, { times: 2 });
  faults.next("getSettlements", { kind: "dropBefore" }, { times: 2 });
  faults.next("getSettlements", { kind: "dropAfterSuccess" });
  faults.next("getSettlements", { kind: "malformedBody" });
  faults.next("getSettlements", { kind: "slow", ms: 50 });
  faults.next("getSettlements", { kind: "timeoutAfterSuccess" });
  await world.run({}, { timeoutMs: 500, giveUpAfterMs: 20_000 });
  expect(faults.pending()).toBe(0);
  const rows = await world.rows();
  expect(rows).toHaveLength(430);
  expect(byKey(rows)).toEqual(truthOf(world));
});

test("runDate_isUnavailableAndGoesOnLater_429StormLongerThanItsPatience", async () => {
  const world = await createWorld();
  world.mock.settlements.generate({ paidOutDate: DATE, rows: 430 });
  world.mock.faults.next("getSettlements", { kind: "slow", ms: 1 }, { times: 2 });
  world.mock.faults.next("getSettlements", { kind: "tooManyRequests" }, { times: 1_000_000 });
  const failed = world.run({ concurrency: 1 }, { giveUpAfterMs: 150 });
  await expect(failed).rejects.toMatchObject({ code: "TOSS_UNAVAILABLE" });
  expect(await world.store.run(DATE)).toMatchObject({ status: "running" });
  expect(await world.store.pages(DATE)).toHaveLength(2);
  world.mock.faults.clear();
  expect((await world.run()).produced).toBe(230);
  expect(byKey(await world.rows())).toEqual(truthOf(world));
});

test("runDate_isUnavailable_tossUnreachable", async () => {
  const world = await createWorld();
  const failed = world.run({}, { baseUrl: "http://127.0.0.1:1", giveUpAfterMs: 100 });
  await expect(failed).rejects.toMatchObject({ code: "TOSS_UNAVAILABLE" });
});

test("runDate_isRefusedAndProducesNothing_wrongSecret", async () => {
  const world = await createWorld();
  world.mock.settlements.generate({ paidOutDate: DATE, rows: 10 });
  const secretKey = "test_sk_of_another_merchant";
  const error: unknown = await world.run({}, { secretKey }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "TOSS_REFUSED", message: expect.stringContaining("UNAUTHORIZED_KEY") });
  expect(String(error)).not.toContain(secretKey);
  expect(world.mock.ledger.requests({ route: "getSettlements" }).length).toBeLessThanOrEqual(2);
  expect(await world.store.pages(DATE)).toEqual([]);
  expect(await world.log.lag("settlement.rows", "nobody")).toBe(0);
});

test("runDate_checkpointsWholePages_fiveThousandRowsAPage", async () => {
  const world = await createWorld();
  world.mock.settlements.generate({ paidOutDate: DATE, rows: 11_000 });
  await world.run({ pageSize: 5_000 });
  expect((await world.store.pages(DATE)).map(({ rows }) => rows)).toEqual([5_000, 5_000, 1_000]);
  expect(byKey(await world.rows())).toEqual(truthOf(world));
});

test("transactions_areThoseOfTheRows_ofEachSoldDate", async () => {
  const world = await createWorld();
  const { soldDates } = world.mock.settlements.generate({ paidOutDate: DATE, rows: 300 });
  const keys = new Set<string>();
  for (const date of soldDates) {
    for await (const page of sourceOf(world.mock).transactions(date)) {
      for (const { transactionKey } of page) keys.add(transactionKey);
    }
  }
  expect(keys).toEqual(new Set([...truthOf(world).values()].map(({ transactionKey }) => transactionKey)));
});

test("runDate_shuttingDown_signalSharedWithASourceThatWaitsForAnAnswer", async () => {
  const world = await createWorld();
  world.mock.settlements.generate({ paidOutDate: DATE, rows: 250 });
  world.mock.faults.next("getSettlements", { kind: "timeoutBefore" }, { query: { page: "2" } });
  const stopping = new AbortController();
  const { signal } = stopping;
  const run = world.run({ signal, concurrency: 1 }, { signal });
  setTimeout(() => stopping.abort(), 150);
  await expect(run).rejects.toMatchObject({ code: "SHUTTING_DOWN" });
  expect(await world.store.pages(DATE)).toHaveLength(1);
  expect((await world.run()).run.status).toBe("complete");
  expect(await world.rows()).toHaveLength(250);
});
