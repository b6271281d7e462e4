import type { KstDate } from "../../machines/mod.ts";
import { TerminalSettlementError } from "../errors.ts";
import type { ControlTotals, PageCheckpoint, ReadRow } from "../ports.ts";
import { sameTotals, sumOf, totalsOf } from "../totals.ts";
import type { HeldLease } from "./lease.ts";
import type { PollerSettings } from "./options.ts";
import { DEAD_TOPIC, ROWS_TOPIC, recordsOf } from "./records.ts";
import type { Stop } from "./stop.ts";

/** One run of one date, as its passes see it. */
export interface Run {
  readonly date: KstDate;
  readonly settings: PollerSettings;
  readonly stop: Stop;
  readonly lease: HeldLease;
  /** What the store holds: the pages that were produced. Kept in step with it. */
  readonly checkpoints: Map<number, PageCheckpoint>;
  /** Records produced by this run so far. */
  produced: number;
}

export interface PassPlan {
  /** Counts from 1. */
  readonly pass: number;
  /** Pages with a checkpoint are not read: the pass before was broken off, and this one finishes it. */
  readonly resume: boolean;
  /** Pages that did not change are produced once more. */
  readonly produceAll: boolean;
  readonly expectedRows: number | undefined;
  /** Gets every page that is read. */
  readonly see: (rows: readonly ReadRow[]) => void;
}

export interface PassResult {
  /** Of pages 1 to `pages`, as they were read. */
  readonly totals: ControlTotals;
  readonly pages: number;
  /** Pages that were produced before and differ now, or are new. */
  readonly changedPages: number;
  /** Whether every page was read, and none taken from its checkpoint. */
  readonly whole: boolean;
  /** A page was empty and a later one was not: the list moved while it was read, and proves nothing. */
  readonly torn: boolean;
}

/**
 * Reads the pages of a date until the empty one, `concurrency` of them at once, and produces and checkpoints those that
 * are new or differ from their checkpoint. A page's checkpoint is written after its records are durable, so a process
 * that dies in between leaves a page that is produced once more, and never one that is not.
 */
export const runPass = async (run: Run, plan: PassPlan): Promise<PassResult> => {
  const { date, settings, stop, checkpoints } = run;
  const startedAt = performance.now();
  let next = 1;
  /** The first page that was empty. */
  let end = Number.POSITIVE_INFINITY;
  let last = 0;
  let rows = 0;
  let changedPages = 0;
  let whole = true;

  const take = async (page: number): Promise<void> => {
    const known = checkpoints.get(page);
    if (plan.resume && known) {
      whole = false;
      rows += known.rows + known.malformed;
      last = Math.max(last, page);
      return;
    }
    const read = await stop.race(settings.source.page(date, page, settings.pageSize));
    if (read.length === 0) {
      end = Math.min(end, page);
      return;
    }
    last = Math.max(last, page);
    plan.see(read);
    const now: PageCheckpoint = { page, ...totalsOf(read) };
    const changed = known === undefined || !sameTotals(known, now);
    if (changed || plan.produceAll) await produce(run, page, read);
    if (changed) {
      await run.lease.check();
      await settings.store.savePage(date, now);
      checkpoints.set(page, now);
      changedPages += 1;
    }
    refuseEndlessList(run, page);
    rows += read.length;
    tell(page);
  };

  const tell = (page: number) =>
    settings.onEvent({
      ...({ kind: "page", date, pass: plan.pass, page, rows, produced: run.produced } as const),
      ...(plan.expectedRows !== undefined && { expectedRows: plan.expectedRows }),
      rowsPerSecond: Math.round(rows / Math.max(0.001, (performance.now() - startedAt) / 1000)),
    });

  const work = async (): Promise<void> => {
    while (next < end && !stop.signal.aborted) {
      next += 1;
      await take(next - 1);
    }
  };

  await Promise.all(Array.from({ length: settings.concurrency }, () => work().catch(stop.now)));
  stop.signal.throwIfAborted();
  await forgetFrom(run, end);
  return {
    totals: sumOf(checkpoints.values()),
    pages: checkpoints.size,
    changedPages,
    whole,
    torn: last > end,
  };
};

const produce = async (run: Run, page: number, read: readonly ReadRow[]): Promise<void> => {
  const { log, codec } = run.settings;
  const { rows, dead } = recordsOf(read, codec, { date: run.date, page });
  await run.lease.check();
  if (dead.length > 0) await log.produce(DEAD_TOPIC, dead);
  if (rows.length > 0) await log.produce(ROWS_TOPIC, rows);
  run.produced += read.length;
};

/** Forgets checkpoints of pages that are no longer there. */
const forgetFrom = async ({ date, settings, lease, checkpoints }: Run, end: number): Promise<void> => {
  const gone = [...checkpoints.keys()].filter((page) => page >= end);
  if (gone.length === 0) return;
  await lease.check();
  await settings.store.dropPages(date, end);
  for (const page of gone) checkpoints.delete(page);
};

/** Natural keys are unique, so three pages in a row with the same rows show that Toss does not heed `page`. */
const refuseEndlessList = ({ date, checkpoints }: Run, page: number): void => {
  const [a, b, c] = [checkpoints.get(page - 2), checkpoints.get(page - 1), checkpoints.get(page)];
  if (!a || !b || !c || !sameTotals(a, b) || !sameTotals(b, c)) return;
  throw new TerminalSettlementError("TOSS_REFUSED", {
    message:
      `Toss answers the same rows of ${date} as pages ${page - 2}, ${page - 1} and ${page}. They were produced, and the ` +
      "date is not complete. See that TOSS_BASE_URL is the address of the API itself, and ask Toss.",
  });
};
