import { type OrderDomain, restoreSnapshot, stateOf, type Timer, timersOf } from "../../machines/mod.ts";
import { type Command, commandId, newCommand } from "../command.ts";
import type { OrderDocument } from "../document.ts";
import type { Clock, Log, OrderStore } from "../ports.ts";
import type { EffectRunner } from "./effects/runner.ts";
import type { Job, JobOutcome } from "./job.ts";

export interface ScannerParts {
  readonly domain: OrderDomain;
  readonly store: OrderStore;
  readonly effects: EffectRunner;
  readonly clock: Clock;
  readonly log: Log;
  readonly effectLeaseMs: number;
  /** How long an order rests whose due work failed, in ms; doubled each time up to 30 s. */
  readonly restMs: number;
  readonly partitions: () => readonly number[];
  enqueue(job: Job): void;
  bury(command: Command, reason: string): Promise<void>;
}

/** Orders claimed in one look; the next look follows at once while there are more. */
const PAGE = 500;
/** How often a timer's command may fail by itself before it is put aside. */
const MAX_FAILURES = 5;
const LONGEST_REST_MS = 30_000;

export interface Scanner {
  /** Finds orders with something due and hands it to the worker. Resolves to how many were newly found. */
  scan(): Promise<number>;
  /** The same for one order that was just written. */
  follow(document: OrderDocument): boolean;
}

/**
 * Durable timers: nothing ticks for an order. What is due is asked of the order as it stands, so a restart, a missed
 * scan or two scanners at once change nothing but the moment.
 */
export const createScanner = (parts: ScannerParts): Scanner => {
  /** Orders with a due command or effect under way, or at rest after a failure, at the version it was found at. */
  const underWay = new Map<string, number>();
  /** How often in a row the due work of an order failed. */
  const failures = new Map<string, number>();

  const follow = (document: OrderDocument): boolean => {
    const { orderId, version, dueAt } = document;
    const now = parts.clock.now();
    if (dueAt === null || dueAt > now || underWay.get(orderId) === version) return false;
    const timers = timersDue(document, now);
    if (!timers) {
      underWay.set(orderId, version);
      rest(document);
      return false;
    }
    const jobs = [...timers.map((timer) => timerJob(document, timer, now)), ...effectJobs(document, now)];
    if (jobs.length === 0) return false;
    underWay.set(orderId, version);
    for (const job of jobs) parts.enqueue(job);
    return true;
  };

  const forget = ({ orderId, version }: OrderDocument) => {
    if (underWay.get(orderId) === version) underWay.delete(orderId);
  };

  const settled = (document: OrderDocument, outcome: JobOutcome) => {
    if (outcome.status !== "stored") return rest(document);
    failures.delete(document.orderId);
    forget(document);
  };

  /** Found again at once, it would fail again at once. Returns how often it has failed by now. */
  const rest = (document: OrderDocument): number => {
    const count = (failures.get(document.orderId) ?? 0) + 1;
    failures.set(document.orderId, count);
    setTimeout(forget, Math.min(parts.restMs * 2 ** count, LONGEST_REST_MS), document);
    return count;
  };
