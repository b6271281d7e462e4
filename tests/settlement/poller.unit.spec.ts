import { expect, test } from "bun:test";
import { emptyTotals, totalsOf } from "../../settlement/totals.ts";
import { createLab, ledgerOf } from "./poller-lab.ts";
import { DATE, read, someRow, someRows } from "./poller-rows.ts";

test.each([1, 2, 3, 4, 6, 7, 20])("runDate_producesEachRowOnce_%i rows in pages of three", async (count) => {
  const rows = someRows(1, count);
  const lab = createLab(rows);
  const { run, produced } = await lab.run();
  expect(produced).toBe(count);
  expect(lab.rows()).toEqual([...ledgerOf(rows).values()]);
  expect(run).toMatchObject({ date: DATE, status: "complete", passes: 2, totals: totalsOf(rows) });
  expect(await lab.store.run(DATE)).toEqual(run);
});

test.each([1, 2, 3, 8])("runDate_producesEachRowOnce_%i pages at once", async (concurrency) => {
  const rows = someRows(1, 20);
  const lab = createLab(rows);
  await lab.run({ concurrency });
  expect(lab.rows()).toHaveLength(20);
  expect(lab.ledger()).toEqual(ledgerOf(rows));
  expect((await lab.store.pages(DATE)).map(({ page }) => page)).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test("runDate_keysRecordsByPayment_approvalAndItsCancel", async () => {
  const cancel = { canceledAt: "2026-11-17T05:00:00.000Z", amount: 10_001, reason: "" };
  const lab = createLab([
    read(someRow(1)),
    read(someRow(1, { transactionKey: "tx-c", amount: -10_001, cancel })),
  ]);
  await lab.run();
  expect(lab.log.records.map(({ record }) => record.key)).toEqual(["pay-1", "pay-1"]);
  expect(lab.ledger().size).toBe(2);
});

test("runDate_checkpointsEachPage_withItsTotals", async () => {
  const rows = someRows(1, 5);
  const lab = createLab(rows);
  await lab.run();
  expect(await lab.store.pages(DATE)).toEqual([
    { page: 1, ...totalsOf(rows.slice(0, 3)) },
    { page: 2, ...totalsOf(rows.slice(3)) },
  ]);
});

test("runDate_readsUntilTheEmptyPage_shortPageInBetween", async () => {
  const lab = createLab(someRows(1, 7));
  const first = someRows(1, 3);
  const pages = [first, someRows(4, 4), someRows(5, 7), []];
  lab.source.onCall = (_, page) => pages[page - 1] ?? [];
  await lab.run();
  expect(lab.ledger()).toEqual(ledgerOf(someRows(1, 7)));
});

test("runDate_isCompleteWithNothing_dayWithoutRows", async () => {
  const lab = createLab();
  const { run, produced } = await lab.run();
  expect(produced).toBe(0);
  expect(run).toMatchObject({ status: "complete", passes: 2, totals: emptyTotals });
  expect(lab.log.records).toEqual([]);
});

test("runDate_waitsBeforeItBelieves_dayWithoutRows", async () => {
  const lab = createLab();
  const startedAt = performance.now();
  await lab.run({ emptyWaitMs: 80 });
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(75);
  expect(lab.source.calls).toHaveLength(2);
});

test("runDate_findsThemInTheSecondPass_firstPageEmptyThoughRowsAreThere", async () => {
  const rows = someRows(1, 5);
  const lab = createLab(rows);
  lab.source.onCall = (call) => (call === 1 ? [] : undefined);
  const { run } = await lab.run();
  expect(run).toMatchObject({ status: "complete", passes: 3, totals: totalsOf(rows) });
  expect(lab.ledger()).toEqual(ledgerOf(rows));
});

test("runDate_holdsNoMoreThanThreePages_threeAtOnceAndASlowLog", async () => {
  const lab = createLab(someRows(1, 60));
  let held = 0;
  let most = 0;
  // The first pass alone: the second one produces nothing, so nothing would be taken off again.
  const inFirstPass = () => lab.events.every(({ kind }) => kind !== "pass");
  lab.source.onCall = async (_, page) => {
    if (!inFirstPass() || page > 20) return;
    held += 1;
    most = Math.max(most, held);
    await Bun.sleep(1);
  };
  const log = {
    ...lab.log,
    async produce(...given: Parameters<typeof lab.log.produce>) {
      await Bun.sleep(3);
      await lab.log.produce(...given);
      held -= 1;
    },
  };
  await lab.run({ concurrency: 3, log });
  expect(most).toBe(3);
  expect(held).toBe(0);
  expect(lab.rows()).toHaveLength(60);
});

test("onEvent_tellsPagesPassesAndTheEnd_inOrder", async () => {
  const lab = createLab(someRows(1, 5));
  await lab.run();
  expect(lab.events.map(({ kind }) => kind)).toEqual([
    ...["started", "page", "page", "pass", "page", "page", "pass", "complete"],
  ] as never);
  const pages = lab.events.filter((event) => event.kind === "page");
  expect(pages.map(({ pass, page, rows, produced }) => [pass, page, rows, produced])).toEqual([
    [1, 1, 3, 3],
    [1, 2, 5, 5],
    [2, 1, 3, 5],
    [2, 2, 5, 5],
  ]);
  expect(pages.map(({ expectedRows }) => expectedRows)).toEqual([undefined, undefined, 5, 5]);
});

test.each([
  { pageSize: 0 },
  { pageSize: 5_001 },
  { pageSize: 1.5 },
  { concurrency: 0 },
  { concurrency: 65 },
  { maxPasses: 1 },
  { leaseTtlMs: 0 },
  { emptyWaitMs: -1 },
  { verify: "transactions" as const },
])("runDate_configInvalid_%j", async (change) => {
  const lab = createLab(someRows(1, 1));
  await expect(lab.run(change)).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  expect(lab.source.calls).toEqual([]);
});

test("runDate_refused_listThatNeverEnds", async () => {
  const lab = createLab();
  lab.source.onCall = () => someRows(1, 3);
  await expect(lab.run()).rejects.toMatchObject({ code: "TOSS_REFUSED" });
  expect(lab.source.calls).toHaveLength(3);
});
