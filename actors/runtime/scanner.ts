import {
  DAY_MS,
  type OrderDomain,
  restoreSnapshot,
  stateOf,
  type Timer,
  timersOf,
} from "../../machines/mod.ts";
import { type Command, commandId, newCommand } from "../command.ts";
import type { OrderDocument } from "../document.ts";
import type { Clock, DuePlace, Log, OrderStore } from "../ports.ts";
import type { EffectRunner } from "./effects/runner.ts";
import type { Job, JobOutcome } from "./job.ts";

export interface ScannerParts {
  readonly domain: OrderDomain;
  readonly store: OrderStore;
  readonly effects: EffectRunner;
  readonly clock: Clock;
  readonly log: Log;
  readonly effectLeaseMs: number;
  /** The longest that an effect ever waits for its next try, in ms. One due later was put off under another clock. */
  readonly longestWaitMs: number;
  /** How long an order is left alone whose due work failed, in ms; doubled each time up to 30 s. */
  readonly restMs: number;
  readonly partitions: () => readonly number[];
  enqueue(job: Job): void;
  bury(command: Command, reason: string): Promise<void>;
}

/** Orders read in one look. */
const PAGE = 500;
/** How often a timer's command may fail by itself before it is put aside. */
const MAX_FAILURES = 5;
const LONGEST_REST_MS = 30_000;

export interface Scanner {
  /**
   * Walks all orders with something due and hands it to the worker: to the end, so that no number of orders that
   * can't be read hides the others. A page is settled before the next is read, so that only one stands in memory.
   */
  scan(): Promise<void>;
  /** The same for one order that was just written. Resolves when all that was found is settled. */
  follow(document: OrderDocument): Promise<unknown> | undefined;
  /**
   * Runs effects that wait for a time which the clock, set back since by up to a day, comes to only tomorrow. Reads all
   * orders with something due within that day, so it is for a start and for a clock that is found set back.
   */
  catchUp(): Promise<void>;
}

/**
 * Durable timers: nothing ticks for an order. What is due is asked of the order as it stands, so a restart, a missed
 * scan or two scanners at once change nothing but the moment.
 */
export const createScanner = (parts: ScannerParts): Scanner => {
  /** Orders whose due work is under way, or rests after a failure, at the version it was found at. */
  const underWay = new Map<string, number>();
  /** How often in a row the due work of an order, or one command of a timer, failed. */
  const failures = new Map<string, number>();

  const isPutOff = (dueAt: number | null, now: number) => dueAt !== null && dueAt > now + parts.longestWaitMs;

  const follow = (document: OrderDocument): Promise<unknown> | undefined => {
    const { dueAt } = document;
    return dueAt === null || dueAt > parts.clock.now() ? undefined : runDue(document);
  };

  const runDue = (document: OrderDocument): Promise<unknown> | undefined => {
    const { orderId, version } = document;
    const now = parts.clock.now();
    if (underWay.get(orderId) === version) return undefined;
    const timers = timersDue(document, now);
    const jobs = timers && [
      ...timers.map((timer) => timerJob(document, timer, now)),
      ...effectJobs(document, now),
    ];
    if (jobs?.length === 0) return undefined;
    underWay.set(orderId, version);
    if (!jobs) rest(document);
    return jobs && Promise.all(jobs.map(handIn));
  };

  /** Resolves when the worker has settled the job. */
  const handIn = (job: Job): Promise<void> =>
    new Promise((resolve) => {
      const settle = (outcome: JobOutcome) => {
        job.settle(outcome);
        resolve();
      };
      parts.enqueue({ ...job, settle });
    });

  const settled = (document: OrderDocument, outcome: JobOutcome) => {
    if (outcome.status !== "stored") return rest(document);
    failures.delete(document.orderId);
    forget(document);
  };

  const forget = ({ orderId, version }: OrderDocument) => {
    if (underWay.get(orderId) === version) underWay.delete(orderId);
  };

  /** Found again at once, it would fail again at once, and so without end. */
  const rest = (document: OrderDocument) => {
    const count = countFailure(document.orderId);
    setTimeout(forget, Math.min(parts.restMs * 2 ** count, LONGEST_REST_MS), document);
  };

  const countFailure = (id: string): number => {
    const count = (failures.get(id) ?? 0) + 1;
    failures.set(id, count);
    return count;
  };

  /** The order's timers that are due; undefined when the order can't be read. */
  const timersDue = (document: OrderDocument, now: number): Timer[] | undefined => {
    if (!document.snapshot) return [];
    try {
      const order = restoreSnapshot(parts.domain, document.snapshot);
      return timersOf(stateOf(order), order.context).filter((timer) => Date.parse(timer.dueAt) <= now);
    } catch (error) {
      parts.log.error({ orderId: document.orderId, error }, "a due order can't be read; what is due waits");
      return undefined;
    }
  };

  const timerJob = (document: OrderDocument, timer: Timer, now: number): Job => {
    const command = timerCommand(document, timer, now);
    return {
      orderId: document.orderId,
      command,
      seenVersion: document.version,
      settle(outcome: JobOutcome) {
        settled(document, outcome);
        if (outcome.status === "failed") void timerFailed(command, outcome.error);
      },
    };
  };

  const timerFailed = async (command: Command, error: unknown) => {
    const { id, orderId, type } = command;
    const count = countFailure(id);
    parts.log.error({ orderId, type, count, error }, "a timer's command failed");
    if (count !== MAX_FAILURES) return;
    await parts.bury(command, String(error)).catch(() => failures.delete(id));
  };

  /** A due effect is first leased in the store, and run once that is written; one that runs here is leased on. */
  const effectJobs = (document: OrderDocument, now: number): Job[] =>
    document.effects
      .filter(({ dueAt }) => dueAt !== null && (dueAt <= now || isPutOff(dueAt, now)))
      .map((pending) => {
        const running = parts.effects.isRunning(document.orderId, pending);
        const next = { dueAt: now + parts.effectLeaseMs, tries: running ? pending.tries : pending.tries + 1 };
        return {
          orderId: document.orderId,
          effect: { id: pending.effect.id, since: pending.since, tries: pending.tries, next },
          seenVersion: document.version,
          settle(outcome: JobOutcome) {
            settled(document, outcome);
            // Not leased: it has ended meanwhile, or another process runs it.
            const leased = outcome.status === "stored" && outcome.applied === true;
            if (leased && !running) parts.effects.run(document, { ...pending, ...next });
          },
        };
      });

  /** Page after page of what is due within `aheadMs`. */
  const walk = async (aheadMs: number, handle: (document: OrderDocument) => unknown) => {
    let after: DuePlace | undefined;
    do {
      const now = parts.clock.now() + aheadMs;
      const { orders, next } = await parts.store.due({
        now,
        partitions: parts.partitions(),
        after,
        limit: PAGE,
      });
      await Promise.all(orders.map(handle));
      after = next;
    } while (after);
  };

  return {
    follow,
    scan: () => walk(0, follow),
    catchUp: () =>
      walk(DAY_MS + parts.longestWaitMs, (document) => {
        const now = parts.clock.now();
        return document.effects.some(({ dueAt }) => isPutOff(dueAt, now)) ? runDue(document) : undefined;
      }),
  };
};

/** One firing of a timer: the version it was found at makes two scanners' commands the same command. */
const timerCommand = ({ orderId, version }: OrderDocument, timer: Timer, now: number): Command =>
  newCommand({
    id: commandId(orderId, "timer", timer.id, timer.dueAt, String(version)),
    orderId,
    ...timer.command,
    actor: { role: "system", id: "timer" },
    issuedAt: new Date(now).toISOString(),
  });
