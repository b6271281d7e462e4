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
  readonly partitions: () => readonly number[];
  enqueue(job: Job): void;
  bury(command: Command, reason: string): Promise<void>;
}

/** Orders claimed in one look; the next look follows at once while there are more. */
const PAGE = 500;
/** How often a timer's command may fail by itself before it is put aside. */
const MAX_FAILURES = 5;

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
  /** Orders with a due command or effect under way, at the version it was found at. */
  const underWay = new Map<string, number>();
  const failures = new Map<string, number>();

  const follow = (document: OrderDocument): boolean => {
    const now = parts.clock.now();
    if (
      document.dueAt === null ||
      document.dueAt > now ||
      underWay.get(document.orderId) === document.version
    )
      return false;
    const jobs = [...timerJobs(document, now), ...effectJobs(document, now)];
    if (jobs.length === 0) return false;
    underWay.set(document.orderId, document.version);
    for (const job of jobs) parts.enqueue(job);
    return true;
  };

  const settled = (document: OrderDocument) => {
    if (underWay.get(document.orderId) === document.version) underWay.delete(document.orderId);
  };

  const timerJobs = (document: OrderDocument, now: number): Job[] =>
    timersDue(document, now).map((timer) => {
      const command = timerCommand(document, timer, now);
      return {
        orderId: document.orderId,
        command,
        settle(outcome: JobOutcome) {
          settled(document);
          if (outcome.status === "failed") void timerFailed(document, command, outcome.error);
        },
      };
    });

  const timersDue = (document: OrderDocument, now: number): Timer[] => {
    if (!document.snapshot) return [];
    try {
      const order = restoreSnapshot(parts.domain, document.snapshot);
      return timersOf(stateOf(order), order.context).filter((timer) => Date.parse(timer.dueAt) <= now);
    } catch (error) {
      parts.log.error({ orderId: document.orderId, error }, "a due order can't be read; its timers wait");
      return [];
    }
  };

  const timerFailed = async (document: OrderDocument, command: Command, error: unknown) => {
    const count = (failures.get(command.id) ?? 0) + 1;
    failures.set(command.id, count);
    parts.log.error(
      { orderId: document.orderId, type: command.type, count, error },
      "a timer's command failed",
    );
    if (count !== MAX_FAILURES) return;
    await parts.bury(command, String(error)).catch(() => failures.delete(command.id));
  };

  /** A due effect is first leased in the store, and run once that is written; one that runs here is leased on. */
  const effectJobs = (document: OrderDocument, now: number): Job[] =>
    document.effects
      .filter((pending) => pending.dueAt !== null && pending.dueAt <= now)
      .map((pending) => {
        const running = parts.effects.isRunning(document.orderId, pending);
        const next = { dueAt: now + parts.effectLeaseMs, tries: running ? pending.tries : pending.tries + 1 };
        return {
          orderId: document.orderId,
          effect: { id: pending.effect.id, since: pending.since, tries: pending.tries, next },
          settle(outcome: JobOutcome) {
            settled(document);
            if (outcome.status === "stored" && !running) parts.effects.run(document, { ...pending, ...next });
          },
        };
      });

  return {
    follow,
    async scan() {
      const due = await parts.store.due({
        now: parts.clock.now(),
        partitions: parts.partitions(),
        limit: PAGE,
      });
      return due.filter((document) => follow(document)).length;
    },
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
