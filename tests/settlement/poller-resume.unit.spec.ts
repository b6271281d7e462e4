import { describe, expect, test } from "bun:test";
import type { RecordLog, RunStore } from "../../settlement/ports.ts";
import { totalsOf } from "../../settlement/totals.ts";
import { createLab, type Lab, ledgerOf } from "./poller-lab.ts";
import { DATE, read, someRow, someRows } from "./poller-rows.ts";

/** The process is gone: nothing that comes after does anything any more. */
const dead = () => new Error("killed");

interface Death {
  /** At which write of the process, from 1. */
  readonly at: number;
  /** Whether that write still took place. */
  readonly after: boolean;
}

/** The log and the store of a process that dies at one of its writes, as far as the data can tell. */
const mortal = (lab: Lab, death: Death): { log: RecordLog; store: RunStore; wrote: () => number } => {
  let writes = 0;
  const write = async <T>(work: () => Promise<T>): Promise<T> => {
    writes += 1;
    if (writes > death.at || (writes === death.at && !death.after)) throw dead();
    const result = await work();
    if (writes === death.at) throw dead();
    return result;
  };
  const { log, store } = lab;
  return {
    wrote: () => writes,
    log: { ...log, produce: (topic, records) => write(() => log.produce(topic, records)) },
    store: {
      ...store,
      lease: (...given) => write(() => store.lease(...given)),
      release: async () => {},
      saveRun: (run) => write(() => store.saveRun(run)),
      savePage: (date, page) => write(() => store.savePage(date, page)),
      dropPages: (date, page) => write(() => store.dropPages(date, page)),
    },
  };
};

/** Runs it once to count its writes. */
const writesOf = async (make: () => Promise<Lab>, concurrency: number): Promise<number> => {
  const lab = await make();
  const { log, store, wrote } = mortal(lab, { at: Number.POSITIVE_INFINITY, after: true });
  await lab.run({ log, store, concurrency, owner: "killed" });
  return wrote();
};

const fresh = async () => createLab([...someRows(1, 10)]);

/** Polled before; since then a row was corrected, one came late, and some are gone. */
const polledBefore = async () => {
  const lab = createLab([...someRows(1, 10)]);
  await lab.run();
  const list = lab.source.lists.get(DATE) ?? [];
  list.splice(2, 1, read(someRow(3, { payOutAmount: 7 })));
  list.splice(5, 5, read(someRow(50)));
  return lab;
};

describe.each([
  ["fresh date", fresh, 1],
  ["fresh date, three at once", fresh, 3],
  ["date polled before", polledBefore, 1],
  ["date polled before, three at once", polledBefore, 3],
] as const)("a process that dies, %s", (_, make, concurrency) => {
  test("runDate_losesNothing_killedAtEachOfItsWritesAndRunAgain", async () => {
    const writes = await writesOf(make, concurrency);
    expect(writes).toBeGreaterThan(5);
    for (let at = 1; at <= writes; at += 1) {
      for (const after of [false, true]) {
        const lab = await make();
        const { log, store } = mortal(lab, { at, after });
        await expect(lab.run({ log, store, concurrency, owner: "killed" })).rejects.toThrow("killed");

        // A dead process gives nothing back: its lease runs out.
        await lab.store.release(DATE, "killed");
        const { run } = await lab.run({ concurrency });
        const list = lab.source.lists.get(DATE) ?? [];
        expect(run).toMatchObject({ status: "complete", totals: totalsOf(list) });
        const ledger = lab.ledger();
        for (const [key, row] of ledgerOf(list)) expect(ledger.get(key)).toEqual(row);
      }
    }
  });
});

test("runDate_readsOnlyWhatIsMissing_killedAfterTwoPages", async () => {
  const lab = createLab(someRows(1, 10));
  lab.source.onCall = (call) => {
    if (call === 3) throw dead();
  };
  await lab.run().catch(() => {});
  lab.source.onCall = () => {};
  lab.source.calls.length = 0;
  await lab.run();
  expect(lab.source.calls.slice(0, 3).map(({ page }) => page)).toEqual([3, 4, 5]);
  expect(lab.rows()).toHaveLength(10);
  expect(lab.events.filter(({ kind }) => kind === "started")).toMatchObject([
    { resumedPages: 0 },
    { resumedPages: 2 },
  ]);
});

test("runDate_producesThePageAgain_killedBetweenProduceAndCheckpoint", async () => {
  const lab = createLab(someRows(1, 6));
  const savePage: RunStore["savePage"] = async () => {
    throw dead();
  };
  await lab.run({ store: { ...lab.store, savePage } }).catch(() => {});
  expect(lab.rows()).toHaveLength(3);
  await lab.run();
  expect(lab.rows()).toHaveLength(9);
  expect(lab.ledger()).toEqual(ledgerOf(someRows(1, 6)));
});

test("runDate_findsThemInTheWholePass_rowsCameBeforeTheCheckpointsMeanwhile", async () => {
  const lab = createLab(someRows(1, 10));
  lab.source.onCall = (call) => {
    if (call === 4) throw dead();
  };
  await lab.run().catch(() => {});
  lab.source.onCall = () => {};
  lab.source.lists.get(DATE)?.unshift(read(someRow(90)), read(someRow(91)));
  const { run } = await lab.run();
  expect(run.totals?.rows).toBe(12);
  expect(lab.ledger()).toEqual(ledgerOf(lab.source.lists.get(DATE) ?? []));
});

test("runDate_producesNothingMore_killedInTheSecondPassThatFoundNoChange", async () => {
  const lab = createLab(someRows(1, 10));
  lab.source.onCall = (call) => {
    if (call === 9) throw dead();
  };
  await lab.run({ concurrency: 3 }).catch(() => {});
  expect(lab.events.filter(({ kind }) => kind === "pass")).toHaveLength(1);
  lab.source.onCall = () => {};
  expect((await lab.run({ concurrency: 3 })).produced).toBe(0);
});

test.each([
  ["inThePassThatFindsThem", 8],
  ["inThePassAfter", 14],
])("runDate_producesEveryPageOnceMore_changesFoundAndKilled %s", async (_, killedAt) => {
  const lab = createLab(someRows(1, 10));
  lab.source.onCall = (call) => {
    if (call === 6) lab.source.lists.get(DATE)?.splice(0, 1, read(someRow(1, { payOutAmount: 1 })));
    if (call === killedAt) throw dead();
  };
  // Pages are read one at a time, so that the calls are counted in order; the next process reads them side by side.
  await lab.run().catch(() => {});
  lab.source.onCall = () => {};
  const { run, produced } = await lab.run({ concurrency: 3 });
  expect(produced).toBe(10);
  expect(run.totals).toEqual(totalsOf(lab.source.lists.get(DATE) ?? []));
  expect(lab.ledger()).toEqual(ledgerOf(lab.source.lists.get(DATE) ?? []));
});

test("runDate_continuesTheRun_passesAndBeginningAreKept", async () => {
  const lab = createLab(someRows(1, 4));
  const first = { now: () => Date.parse("2026-11-20T01:00:00.000Z") };
  const second = { now: () => Date.parse("2026-11-20T02:00:00.000Z") };
  lab.source.onCall = (call) => {
    if (call === 5) throw dead();
  };
  await lab.run({ clock: first }).catch(() => {});
  expect(await lab.store.run(DATE)).toMatchObject({ status: "running", passes: 1, totals: { rows: 4 } });
  const { run } = await lab.run({ clock: second });
  expect(run).toMatchObject({
    ...{ startedAt: "2026-11-20T01:00:00.000Z", finishedAt: "2026-11-20T02:00:00.000Z" },
    ...{ status: "complete", passes: 2 },
  });
});

test("runDate_isRunAgainInAnotherPageSize_killedInTheFirstPass", async () => {
  const lab = createLab(someRows(1, 20));
  lab.source.onCall = (call) => {
    if (call === 3) throw dead();
  };
  await lab.run({ pageSize: 5 }).catch(() => {});
  lab.source.onCall = () => {};
  const { run } = await lab.run({ pageSize: 3 });
  expect(run.totals).toEqual(totalsOf(someRows(1, 20)));
  expect(lab.ledger()).toEqual(ledgerOf(someRows(1, 20)));
});

test.each(["produce", "savePage"] as const)("runDate_passesItOn_%s unavailable", async (method) => {
  const lab = createLab(someRows(1, 4));
  const error = Object.assign(new Error("away"), { code: "AWAY" });
  const fail = () => Promise.reject(error);
  const changes =
    method === "produce"
      ? { log: { ...lab.log, produce: fail } }
      : { store: { ...lab.store, savePage: fail } };
  await expect(lab.run(changes)).rejects.toBe(error);
  expect(await lab.store.run(DATE)).toMatchObject({ status: "running" });
  expect(await lab.store.pages(DATE)).toEqual([]);
  expect((await lab.run()).run.status).toBe("complete");
});
