import { isStoreError, RetryableError } from "../errors.ts";
import type { Log } from "../ports.ts";
import { type CommitParts, type Committed, commitBatch } from "./commit.ts";
import type { Job, JobOutcome } from "./job.ts";

export interface Worker {
  enqueue(job: Job): void;
  /** Jobs taken but not yet settled. */
  readonly depth: number;
  /** Resolves when nothing is left to do. */
  idle(): Promise<void>;
}

export interface WorkerOptions {
  /** Most jobs in one write. */
  readonly maxBatch: number;
  /** Batches under way at once. An order always rides in the same lane, so lanes never race for one. */
  readonly lanes: number;
  readonly log: Log;
  /** Told of each stored order before its jobs are. */
  onCommitted(committed: Committed): void;
}

/** How often a contended order is folded again at once before its jobs go to the back of the world's queue. */
const MAX_LOST_RACES = 20;

/**
 * Group commit: while one write is under way the next batch gathers, so the busier the worker, the larger and the
 * cheaper per command its writes.
 */
export const createWorker = (parts: CommitParts, options: WorkerOptions): Worker => {
  const lanes = Array.from({ length: options.lanes }, () => ({ queue: [] as Job[], running: false }));
  let depth = 0;
  const idlers: (() => void)[] = [];

  /** The job as the worker holds it: counted until it is settled. */
  const counted = (job: Job): Job => {
    depth += 1;
    return {
      ...job,
      settle(outcome) {
        depth -= 1;
        job.settle(outcome);
        if (depth === 0) for (const resolve of idlers.splice(0)) resolve();
      },
    };
  };

  const runBatch = async (batch: readonly Job[]): Promise<void> => {
    let jobs = batch;
    for (let races = 0; jobs.length > 0; races += 1) {
      if (races > 0) await Bun.sleep(Math.random() * Math.min(races * 4, 50));
      const { committed, lost } = await commitBatch(jobs, parts, { claimFirst: races > 0 });
      for (const one of committed) {
        if (one.folded.changed) options.onCommitted(one);
        for (const { job, outcome } of one.folded.outcomes) job.settle(outcome);
      }
      jobs = lost.map((job) => (job.firstTry ? { ...job, firstTry: false } : job));
      if (races < MAX_LOST_RACES) continue;
      for (const job of jobs) job.settle({ status: "again", error: contended(job.orderId) });
      return;
    }
  };

  /** A batch that fails as a whole is run one by one, so that only what fails by itself is blamed. */
  const runSafely = async (batch: readonly Job[]): Promise<void> => {
    const open = new Set(batch);
    const tracked = batch.map((job) => ({
      ...job,
      settle: (outcome: JobOutcome) => {
        open.delete(job);
        job.settle(outcome);
      },
    }));
    try {
      await runBatch(tracked);
    } catch (error) {
      // What was written is unknown, so nothing remembered of these orders can be trusted.
      for (const job of open) parts.cache.delete(job.orderId);
      const left = [...open];
      if (isStoreError(error)) {
        for (const job of left) job.settle({ status: "again", error });
      } else if (left.length > 1) {
        options.log.warn({ error, jobs: left.length }, "a batch failed and is run one by one");
        for (const job of left) await runSafely([{ ...job, firstTry: false }]);
      } else {
        for (const job of left) job.settle({ status: "failed", error });
      }
    }
  };

  const drain = async (lane: (typeof lanes)[number]) => {
    lane.running = true;
    while (lane.queue.length > 0) await runSafely(lane.queue.splice(0, options.maxBatch));
    lane.running = false;
  };

  return {
    get depth() {
      return depth;
    },
    enqueue(job) {
      const lane = lanes[laneOf(job.orderId, lanes.length)];
      if (!lane) return;
      lane.queue.push(counted(job));
      // The microtask lets all that arrives in one turn of the loop into the same batch.
      if (!lane.running) {
        lane.running = true;
        queueMicrotask(() => void drain(lane));
      }
    },
    idle: () => (depth === 0 ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve))),
  };
};

const laneOf = (orderId: string, lanes: number): number => {
  let hash = 0;
  for (let i = 0; i < orderId.length; i += 1) hash = (Math.imul(hash, 31) + orderId.charCodeAt(i)) >>> 0;
  return hash % lanes;
};

const contended = (orderId: string): RetryableError =>
  new RetryableError("STORE_UNAVAILABLE", {
    message: `Order ${orderId} is being written by others without a pause. Nothing was written; it is tried again.`,
  });
