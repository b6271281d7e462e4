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
  let { previous, unsettled } = start;
  let mostRows = previous?.rows ?? 0;

  for (let pass = 1; ; pass += 1) {
    const plan = {
      pass,
      resume: previous === undefined,
      produceAll: unsettled && concurrency > 1,
      expectedRows: previous && previous.rows + previous.malformed,
      see: verifier.begin(),
    };
    const result = await runPass(run, plan);
    const verdict = await verdictOf(verifier, result, previous, pass === maxPasses ? pass : undefined);
    const { totals, changedPages } = result;
    onEvent({ kind: "pass", date, pass, totals, changedPages, verdict: verdict.kind });
    logger.info(
      { date, pass, changedPages, ...totals, verdict: verdict.kind },
      "a pass over the day's rows ended",
    );
    unsettled = previous !== undefined && changedPages > 0;
    const record = await saveRun(run, {
      ...start.record,
      status: statusOf[verdict.kind],
      passes: start.record.passes + pass,
      totals: verdict.kind === "again" && unsettled ? undefined : totals,
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
    mostRows = Math.max(mostRows, totals.rows);
    previous = totals;
    if (totals.rows + totals.malformed === 0) {
      // A day without rows, or Toss at an odd moment: the same question again at once would get the same answer.
      logger.info({ date, emptyWaitMs }, "no rows were found; looking once more");
      await stop.wait(emptyWaitMs);
    }
  }
};

interface Beginning {
  readonly record: Omit<RunRecord, "totals">;
  /** What the first pass is compared with. Undefined: a pass that was never finished, and is finished first. */
  readonly previous: ControlTotals | undefined;
  /**
   * The last pass found changes. Where pages are read side by side, a row that moved and changed meanwhile may then
   * have been produced in the wrong order, on a page that never shows as changed. So the pass after such a one
   * produces every page, and each row's last record is what the row is now. A running run that is unsettled has no
   * `totals`, by which a process that finds it knows.
   */
  readonly unsettled: boolean;
}

const beginning = async (run: Run): Promise<Beginning> => {
  const { date, settings, checkpoints } = run;
  const earlier = await settings.store.run(date);
  const continued = earlier && earlier.status !== "complete";
  const sum = sumOf(checkpoints.values());
  const inFirstPass = !earlier || (continued && earlier.passes === 0 && !earlier.totals);
  const previous = inFirstPass ? undefined : (earlier.totals ?? sum);
  // A pass that was broken off while nothing had changed leaves the checkpoints as they were.
  const unsettled =
    earlier?.status === "mismatch" ||
    (previous !== undefined && continued === true && !(earlier.totals && sameTotals(sum, earlier.totals)));
  const record = {
    date,
    status: "running" as const,
    startedAt: continued ? earlier.startedAt : nowOf(settings),
    passes: continued ? earlier.passes : 0,
  };
  await saveRun(run, { ...record, totals: unsettled ? undefined : previous });
  settings.onEvent({ kind: "started", date, resumedPages: continued ? checkpoints.size : 0 });
  return { record, previous, unsettled };
};

const statusOf = { complete: "complete", again: "running", failed: "mismatch" } as const;

const saveRun = async (
  { settings, lease }: Run,
  { totals, ...run }: Omit<RunRecord, "totals"> & { readonly totals: ControlTotals | undefined },
): Promise<RunRecord> => {
  const finished = run.status === "running" ? {} : { finishedAt: nowOf(settings) };
  const record = { ...run, ...finished, ...(totals && { totals }) };
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
