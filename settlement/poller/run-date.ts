import type { Instant, KstDate } from "../../machines/mod.ts";
import type { ControlTotals, RunRecord } from "../ports.ts";
import { sameTotals, sumOf } from "../totals.ts";
import { holdLease } from "./lease.ts";
import { type PollerOptions, type PollerParts, type PollerSettings, settingsOf } from "./options.ts";
import { type PassResult, type Run, runPass } from "./pass.ts";
import { createStop, type Stop } from "./stop.ts";
import type { Verdict, Verifier } from "./verify.ts";
import { verifyByPasses } from "./verify-passes.ts";
import { verifyByTransactions } from "./verify-transactions.ts";

export interface DateRequestOptions extends PollerParts, PollerOptions {
  /** The day of payout. */
  readonly date: KstDate;
}

/** A date that was polled to its end. */
export interface DateRun {
  readonly run: RunRecord;
  /** Records produced by this call, dead letters included; none for a date that has not changed. */
  readonly produced: number;
}

/**
 * Polls one date until it is proved complete: every row is in the log, each page has its checkpoint, and the run's
 * record is `complete`. A run that was broken off is continued, and a date polled before is compared page by page, so
 * that only what changed is produced. At least once: a page may be produced twice, and never not at all.
 *
 * Throws DATE_LEASED, TOSS_UNAVAILABLE, TOSS_REFUSED, LOG_UNAVAILABLE, STORE_UNAVAILABLE, REGISTRY_UNAVAILABLE,
 * ROWS_UNSTABLE, COUNT_MISMATCH, SHUTTING_DOWN and CONFIG_INVALID; all but the last leave a run that the next call
 * continues.
 * @example const { run } = await runDate({ date: "2026-11-20", source, log, codec, store });
 */
export const runDate = async (options: DateRequestOptions): Promise<DateRun> => {
  const settings = settingsOf(options);
  const { date } = options;
  const stop = createStop(options.signal);
  try {
    const { store, owner, leaseTtlMs: ttlMs, leaseWaitMs: waitMs, clock, logger } = settings;
    const lease = await holdLease({ store, date, owner, ttlMs, waitMs, clock, stop, logger });
    try {
      const checkpoints = new Map((await store.pages(date)).map((page) => [page.page, page]));
      return await poll({ date, settings, stop, lease, checkpoints, produced: 0 });
    } finally {
      await lease.release();
    }
  } finally {
    stop.dispose();
  }
};

const poll = async (run: Run): Promise<DateRun> => {
  const { date, settings, stop } = run;
  const { logger, onEvent, maxPasses, concurrency, emptyWaitMs } = settings;
  const start = await beginning(run);
  const verifier = verifierOf(date, settings, stop);
  /** Of the last whole pass. Until there is one, the checkpoints are a pass that was broken off. */
  let previous = start.record.totals;
  let produceAll = start.unsettled;
  let mostRows = previous?.rows ?? 0;

  for (let pass = 1; ; pass += 1) {
    const resume = previous === undefined;
    const expectedRows = previous && previous.rows + previous.malformed;
    const result = await runPass(run, { pass, resume, produceAll, expectedRows, see: verifier.begin() });
    const verdict = await verdictOf(verifier, result, previous, pass === maxPasses ? pass : undefined);
    const { totals, changedPages } = result;
    onEvent({ kind: "pass", date, pass, totals, changedPages, verdict: verdict.kind });
    logger.info(
      { date, pass, changedPages, ...totals, verdict: verdict.kind },
      "a pass over the day's rows ended",
    );
    const record = await saveRun(run, {
      ...start.record,
      status: statusOf[verdict.kind],
      passes: start.record.passes + pass,
      totals,
    });

    if (verdict.kind === "failed") {
      logger.error({ date, error: verdict.error }, "the day's rows do not add up");
      throw verdict.error;
    }
    if (verdict.kind === "complete") {
      warnOf(settings, date, totals, mostRows);
      onEvent({ kind: "complete", date, run: record, produced: run.produced });
      return { run: record, produced: run.produced };
    }
    produceAll = concurrency > 1 && previous !== undefined && changedPages > 0;
    mostRows = Math.max(mostRows, totals.rows);
    previous = totals;
    if (totals.rows + totals.malformed === 0) {
      // A day without rows, or Toss at an odd moment: the same question again at once would get the same answer.
      logger.info({ date, emptyWaitMs }, "no rows were found; looking once more");
      await stop.wait(emptyWaitMs);
    }
  }
};

/** What a run begins with: a date polled before, a run that was broken off or did not add up, or nothing. */
const beginning = async (run: Run): Promise<{ record: RunRecord; unsettled: boolean }> => {
  const { date, settings, checkpoints } = run;
  const earlier = await settings.store.run(date);
  const continued = earlier && earlier.status !== "complete";
  const totals = earlier?.totals;
  const record = await saveRun(run, {
    date,
    status: "running",
    startedAt: continued ? earlier.startedAt : nowOf(settings),
    passes: continued ? earlier.passes : 0,
    ...(totals && { totals }),
  });
  settings.onEvent({ kind: "started", date, resumedPages: continued ? checkpoints.size : 0 });

  // Where pages are read side by side, a row that moved and changed meanwhile may have been produced in the wrong
  // order. So a pass after one that found changes produces every page: each row's last record then is what it is now.
  // A run that was broken off can't tell whether that was due, unless nothing has changed since a complete one.
  const untouched =
    record.passes === 0 && totals !== undefined && sameTotals(sumOf(checkpoints.values()), totals);
  const unsettled = settings.concurrency > 1 && continued === true && totals !== undefined && !untouched;
  return { record, unsettled };
};

const statusOf = { complete: "complete", again: "running", failed: "mismatch" } as const;

const saveRun = async ({ settings, lease }: Run, run: RunRecord): Promise<RunRecord> => {
  const record = run.status === "running" ? run : { ...run, finishedAt: nowOf(settings) };
  await lease.check();
  await settings.store.saveRun(record);
  return record;
};

const nowOf = ({ clock }: PollerSettings): Instant => new Date(clock.now()).toISOString();

const verifierOf = (date: KstDate, settings: PollerSettings, stop: Stop): Verifier => {
  const { verify, soldDatesOf, source, logger } = settings;
  if (verify === "passes" || !soldDatesOf) return verifyByPasses(date);
  return verifyByTransactions({ date, soldDates: soldDatesOf(date), source, stop, logger });
};

/** `lastPass`: given when there will be no other. */
const verdictOf = async (
  verifier: Verifier,
  result: PassResult,
  previous: ControlTotals | undefined,
  lastPass: number | undefined,
): Promise<Verdict> => {
  const verdict = await verifier.judge(result, previous);
  if (verdict.kind !== "again" || lastPass === undefined) return verdict;
  return { kind: "failed", error: verifier.unproved(result, previous, lastPass) };
};

/** What a complete date still has to be looked at for. */
const warnOf = ({ logger }: PollerSettings, date: KstDate, totals: ControlTotals, mostRows: number): void => {
  if (totals.malformed > 0) {
    logger.error(
      { date, malformed: totals.malformed },
      "rows of Toss could not be read: they are in the dead-letter topic, and no ledger has them",
    );
  }
  if (totals.rows < mostRows) {
    logger.error(
      { date, rows: totals.rows, mostRows },
      "rows that were produced are no longer in Toss' list: ledgers keep them, and reconciliation will tell",
    );
  }
};
