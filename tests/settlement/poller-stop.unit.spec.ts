import { expect, test } from "bun:test";
import { createLab, ledgerOf } from "./poller-lab.ts";
import { DATE, someRows } from "./poller-rows.ts";

test("runDate_shuttingDown_signalWhileAPageIsRead", async () => {
  const lab = createLab(someRows(1, 9));
  const stopping = new AbortController();
  lab.source.onCall = (call) => {
    if (call !== 2) return;
    stopping.abort();
    return new Promise(() => {});
  };
  await expect(lab.run({ signal: stopping.signal })).rejects.toMatchObject({
    code: "SHUTTING_DOWN",
    retryable: true,
  });
  expect(await lab.store.run(DATE)).toMatchObject({ status: "running" });
  expect(await lab.store.pages(DATE)).toHaveLength(1);
  lab.source.onCall = () => {};
  expect((await lab.run()).produced).toBe(6);
  expect(lab.ledger()).toEqual(ledgerOf(someRows(1, 9)));
});

test("runDate_checkpointsThePageInHand_signalWhileItIsProduced", async () => {
  const lab = createLab(someRows(1, 9));
  const stopping = new AbortController();
  const log = {
    ...lab.log,
    async produce(...given: Parameters<typeof lab.log.produce>) {
      stopping.abort();
      await Bun.sleep(10);
      await lab.log.produce(...given);
    },
  };
  await expect(lab.run({ signal: stopping.signal, log })).rejects.toMatchObject({ code: "SHUTTING_DOWN" });
  expect(await lab.store.pages(DATE)).toHaveLength(1);
  expect(lab.rows()).toHaveLength(3);
  // And the date is free for the next one at once.
  expect((await lab.run()).produced).toBe(6);
});

test("runDate_readsNothing_signalGivenBefore", async () => {
  const lab = createLab(someRows(1, 3));
  await expect(lab.run({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "SHUTTING_DOWN" });
  expect(lab.source.calls).toEqual([]);
  expect((await lab.run()).run.status).toBe("complete");
});

test("runDate_doesNotWaitOn_signalBetweenTwoEmptyPasses", async () => {
  const lab = createLab();
  const run = lab.run({ signal: AbortSignal.timeout(30), emptyWaitMs: 60_000 });
  await expect(run).rejects.toMatchObject({ code: "SHUTTING_DOWN" });
});

test("runDate_doesNotWaitOn_signalWhileItWaitsForTheDate", async () => {
  const lab = createLab();
  await lab.store.lease(DATE, "other", Date.now(), 60_000);
  const run = lab.run({ signal: AbortSignal.timeout(30), leaseWaitMs: 60_000 });
  await expect(run).rejects.toMatchObject({ code: "SHUTTING_DOWN" });
});

test("runDate_leavesNoListener_onASignalThatOutlivesManyRuns", async () => {
  const lab = createLab(someRows(1, 3));
  const { signal } = new AbortController();
  let listeners = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...given: Parameters<typeof addEventListener>) => {
    listeners += 1;
    return addEventListener.apply(signal, given);
  };
  signal.removeEventListener = (...given: Parameters<typeof removeEventListener>) => {
    listeners -= 1;
    return removeEventListener.apply(signal, given);
  };
  for (let time = 0; time < 5; time += 1) await lab.run({ signal });
  expect(listeners).toBe(0);
});
