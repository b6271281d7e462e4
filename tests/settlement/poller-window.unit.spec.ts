import { expect, test } from "bun:test";
import { addDays } from "../../machines/mod.ts";
import { TerminalSettlementError } from "../../settlement/errors.ts";
import { type RangeOptions, runRange, worstFailure } from "../../settlement/poller/mod.ts";
import { createLab, type Lab, ledgerOf } from "./poller-lab.ts";
import { DATE, read, someRow, someRows } from "./poller-rows.ts";

const YESTERDAY = addDays(DATE, -1);

const range = (lab: Lab, changes: Partial<RangeOptions> = {}) =>
  runRange({ ...lab.parts(), dates: [DATE], ...changes });

test("runRange_pollsTheWindowToo_latestFirst", async () => {
  const lab = createLab(someRows(1, 2));
  const { runs, failures } = await range(lab);
  expect(runs.map(({ run }) => run.date)).toEqual([DATE, ...[1, 2, 3].map((days) => addDays(DATE, -days))]);
  expect(failures).toEqual([]);
});

test("runDate_producesNothing_datePolledBeforeAndUnchanged", async () => {
  const lab = createLab(someRows(1, 10));
  const first = await lab.run();
  const second = await lab.run();
  expect(second.produced).toBe(0);
  expect(second.run).toMatchObject({ status: "complete", passes: 1, totals: first.run.totals });
  expect(lab.rows()).toHaveLength(10);
  expect((await lab.run({ concurrency: 3 })).produced).toBe(0);
});

test("runDate_producesNothing_unchangedAndBrokenOffInBetween", async () => {
  const lab = createLab(someRows(1, 10));
  await lab.run({ concurrency: 3 });
  lab.source.calls.length = 0;
  lab.source.onCall = (call) => {
    if (call === 2) throw new Error("killed");
  };
  await lab.run({ concurrency: 3 }).catch(() => {});
  lab.source.onCall = () => {};
  expect((await lab.run({ concurrency: 3 })).produced).toBe(0);
});

test("runRange_bringsTheLateRow_rowThatCameADayLate", async () => {
  const lab = createLab();
  const late = read(someRow(7, { paidOutDate: YESTERDAY }));
  lab.source.lists.set(YESTERDAY, someRows(1, 5));
  await range(lab, { dates: [YESTERDAY], window: 0 });
  lab.source.lists.get(YESTERDAY)?.push(late);
  const { runs } = await range(lab);
  expect(runs.find(({ run }) => run.date === YESTERDAY)?.produced).toBe(3);
  expect(lab.ledger()).toEqual(ledgerOf([...someRows(1, 5), late]));
});

test("runRange_leavesTheOthersTheirTurn_oneDateUnstable", async () => {
  const lab = createLab(someRows(1, 2));
  lab.source.onCall = (call) =>
    lab.source.calls.at(-1)?.date === YESTERDAY
      ? [read(someRow(1, { amount: call }))].slice(call % 2)
      : undefined;
  const { runs, failures, untouched } = await range(lab, { window: 2, maxPasses: 2 });
  expect(runs.map(({ run }) => run.date)).toEqual([DATE, addDays(DATE, -2)]);
  expect(failures).toMatchObject([{ date: YESTERDAY, error: { code: "ROWS_UNSTABLE" } }]);
  expect(untouched).toEqual([]);
});

test("runRange_leavesTheOthersTheirTurn_oneDateLeased", async () => {
  const lab = createLab(someRows(1, 2));
  await lab.store.lease(DATE, "other", Date.now(), 60_000);
  const report = await range(lab, { window: 1 });
  expect(report.runs.map(({ run }) => run.date)).toEqual([YESTERDAY]);
  expect(worstFailure(report)).toMatchObject({ code: "DATE_LEASED" });
});

test("runRange_endsThere_tossRefuses", async () => {
  const lab = createLab();
  lab.source.onCall = () => {
    throw new TerminalSettlementError("TOSS_REFUSED", { message: "no" });
  };
  const report = await range(lab, { window: 2 });
  expect(report).toMatchObject({
    runs: [],
    failures: [{ date: DATE }],
    untouched: [YESTERDAY, addDays(DATE, -2)],
  });
  expect(worstFailure(report)).toMatchObject({ code: "TOSS_REFUSED" });
});

test("runRange_isThrown_defectOfOurs", async () => {
  const lab = createLab();
  lab.source.onCall = () => {
    throw new TypeError("a defect");
  };
  await expect(range(lab)).rejects.toThrow("a defect");
});

test("worstFailure_isTheOneForAHuman_severalFailures", () => {
  const error = (code: string, retryable: boolean) => ({ date: DATE, error: { code, retryable } as never });
  const leased = error("DATE_LEASED", true);
  const unstable = error("ROWS_UNSTABLE", true);
  const mismatch = error("COUNT_MISMATCH", false);
  const of = (...failures: (typeof leased)[]) => worstFailure({ runs: [], failures, untouched: [] });
  expect(of(leased, unstable, mismatch)).toBe(mismatch.error);
  expect(of(leased, unstable)).toBe(unstable.error);
  expect(of(leased)).toBe(leased.error);
  expect(of()).toBeUndefined();
});

test.each([-1, 1.5, 32, Number.NaN])("runRange_configInvalid_window of %p days", async (window) => {
  await expect(range(createLab(), { window })).rejects.toMatchObject({ code: "CONFIG_INVALID" });
});
