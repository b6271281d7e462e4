import { expect, test } from "bun:test";
import type { RunStore } from "../../settlement/ports.ts";
import { createLab, ledgerOf } from "./poller-lab.ts";
import { DATE, someRows } from "./poller-rows.ts";

test("runDate_dateLeased_secondPollerWhileOneRuns", async () => {
  const lab = createLab(someRows(1, 10));
  const reached = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  lab.source.onCall = async (call) => {
    if (call !== 2) return;
    reached.resolve();
    await goOn.promise;
  };
  const first = lab.run();
  await reached.promise;
  await expect(lab.run()).rejects.toMatchObject({ code: "DATE_LEASED", retryable: true });
  expect(lab.source.calls).toHaveLength(2);
  goOn.resolve();
  expect((await first).run.status).toBe("complete");
  expect(lab.rows()).toHaveLength(10);
});

test("runDate_takesItsTurn_secondPollerThatWaits", async () => {
  const lab = createLab(someRows(1, 10));
  lab.source.onCall = () => Bun.sleep(5);
  const [first, second] = await Promise.all([lab.run(), lab.run({ leaseWaitMs: 5_000, leaseTtlMs: 200 })]);
  expect([first.produced, second.produced].sort()).toEqual([0, 10]);
  expect(lab.rows()).toHaveLength(10);
});

test("runDate_goesOn_leaseOfAKilledOneRanOut", async () => {
  const lab = createLab(someRows(1, 4));
  await lab.store.lease(DATE, "killed", Date.now(), 150);
  await expect(lab.run({ leaseWaitMs: 0 })).rejects.toMatchObject({ code: "DATE_LEASED" });
  const { run } = await lab.run({ leaseWaitMs: 5_000, leaseTtlMs: 200 });
  expect(run.status).toBe("complete");
});

test("runDate_keepsTheDate_workLongerThanTheLease", async () => {
  const lab = createLab(someRows(1, 4));
  lab.source.onCall = () => Bun.sleep(120);
  const first = lab.run({ leaseTtlMs: 150 });
  await Bun.sleep(400);
  expect(await lab.store.lease(DATE, "other", Date.now(), 1_000)).toBe(false);
  expect((await first).run.status).toBe("complete");
  expect(await lab.store.lease(DATE, "other", Date.now(), 1_000)).toBe(true);
});

test("runDate_givesTheDateBack_afterAFailure", async () => {
  const lab = createLab(someRows(1, 4));
  lab.source.onCall = () => {
    throw new Error("a defect");
  };
  await expect(lab.run()).rejects.toThrow("a defect");
  expect(await lab.store.lease(DATE, "other", Date.now(), 1_000)).toBe(true);
});

test("runDate_stopsAndWritesNothingMore_anotherOneTookTheDate", async () => {
  const lab = createLab(someRows(1, 9));
  lab.source.onCall = async (call) => {
    if (call !== 2) return;
    // This process stood still for longer than its lease: to the store it is as if an hour had passed.
    await lab.store.lease(DATE, "other", Date.now() + 240_000, 240_000);
    await Bun.sleep(200);
  };
  const produced: number[] = [];
  const onEvent = () => produced.push(lab.rows().length);
  await expect(lab.run({ leaseTtlMs: 150, onEvent })).rejects.toMatchObject({ code: "DATE_LEASED" });
  expect(lab.rows()).toHaveLength(3);
  expect((await lab.store.pages(DATE)).map(({ page }) => page)).toEqual([1]);
  expect(await lab.store.lease(DATE, "third", Date.now(), 1_000)).toBe(false);
});

test("runDate_asksBeforeItWrites_processThatStoodStillThroughItsLease", async () => {
  const lab = createLab(someRows(1, 9));
  let now = Date.now();
  lab.source.onCall = async (call) => {
    if (call !== 2) return;
    // No timer ran meanwhile, as in a process that was stopped: only the clock shows it.
    now += 3_600_000;
    await lab.store.lease(DATE, "other", now, 30_000);
  };
  await expect(lab.run({ clock: { now: () => now } })).rejects.toMatchObject({ code: "DATE_LEASED" });
  expect(lab.rows()).toHaveLength(3);
});

test("runDate_goesOn_leaseNotRenewedOnceButStillGood", async () => {
  const lab = createLab(someRows(1, 6));
  lab.source.onCall = () => Bun.sleep(60);
  let failures = 0;
  const lease: RunStore["lease"] = (...given) => {
    if (lab.source.calls.length === 2 && failures === 0) {
      failures += 1;
      return Promise.reject(new Error("away for a moment"));
    }
    return lab.store.lease(...given);
  };
  const { run } = await lab.run({ store: { ...lab.store, lease }, leaseTtlMs: 240 });
  expect(failures).toBe(1);
  expect(run.status).toBe("complete");
  expect(lab.ledger()).toEqual(ledgerOf(someRows(1, 6)));
});
