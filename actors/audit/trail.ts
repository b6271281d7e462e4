import type { Instant } from "../../machines/mod.ts";
import { RetryableError } from "../errors.ts";
import type { Clock, Log } from "../ports.ts";
import { every } from "../runtime/every.ts";
import { allEnded } from "./all-ended.ts";
import { createCatchUp } from "./catch-up.ts";
import type { AuditFact, AuditTrail } from "./fact.ts";
import { createFloods } from "./floods.ts";
import type { AuditedOrders } from "./orders.ts";
import { type AuditEntry, entryOf } from "./record.ts";
import type { AuditStore } from "./store.ts";
import { createUnsealed, type Unsealed } from "./unsealed.ts";
import { createAuditWriter } from "./writer.ts";

export interface TrailParts {
  readonly store: AuditStore;
  /** The orders that this process changes; left out in a process that changes none. Stays the caller's. */
  readonly orders?: Pick<AuditedOrders, "load" | "changed"> | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** This run of the process. */
  readonly run: string;
  /** No other process changes orders, so that one that ended as it should left none unsealed. */
  readonly alone: boolean;
  readonly options?: Partial<TrailOptions>;
}

export interface TrailOptions {
  /** How often changed orders are sealed, in ms. */
  readonly sealEveryMs: number;
  /** How often facts are written, in ms. */
  readonly writeEveryMs: number;
  /** Denials of one caller within this are counted, in ms. */
  readonly floodMs: number;
  /** How far before the newest record a start looks for orders left unsealed, in ms. */
  readonly lookBackMs: number;
}

export const defaultTrailOptions: TrailOptions = {
  sealEveryMs: 10_000,
  writeEveryMs: 1_000,
  floodMs: 60_000,
  lookBackMs: 15 * 60_000,
};

export interface TrailStats {
  /** Records that this process has written. */
  readonly written: number;
  readonly failures: number;
  /** Facts that had no room. */
  readonly lost: number;
  readonly factsWaiting: number;
  /** Orders that changed since they were sealed. */
  readonly unsealed: number;
}

export interface Trail extends Pick<Unsealed, "changed" | "doubt"> {
  readonly tell: AuditTrail;
  /**
   * Begins the run in the trail. Resolves when that is durable, or when the trail can't be written for the moment: a full
   * disk must not keep a shop from starting and being read. Orders left unsealed are looked for afterwards.
   */
  start(): Promise<void>;
  /** Writes all that waits, and the end of the run. Rejects when it can't be written. */
  stop(): Promise<void>;
  /** Seals and writes now. */
  flush(): Promise<void>;
  /** Resolves when the orders that an earlier run left unsealed were looked for. */
  caughtUp(): Promise<void>;
  stats(): TrailStats;
}

const MAX_FACTS = 10_000;
/** So many unsealed orders are sealed at once. */
const SEAL_SOON = 20_000;
const SAY_EVERY_MS = 60_000;

const unlessAway = (error: unknown): void => {
  if (!(error instanceof RetryableError)) throw error;
};

/**
 * The audit trail of this process: it buffers, and writes in its own time; whoever tells it something is never held up
 * and never failed. What is buffered is lost at `kill -9`: facts of the last second, counts of a flood of the last
 * minute. Orders are not: the next run finds and seals those that were left.
 */
export const createTrail = (parts: TrailParts): Trail => {
  const { store, orders, clock, log, run } = parts;
  const options = { ...defaultTrailOptions, ...parts.options };
  const writer = createAuditWriter(store);
  const floods = createFloods(options.floodMs);
  const unsealed = createUnsealed(orders);
  const catchUp = createCatchUp({
    orders,
    log,
    lookBackMs: options.lookBackMs,
    retryMs: options.writeEveryMs,
    onHead: (head) => unsealed.changed(...head),
  });
  const queue: AuditEntry[] = [];
  let [facts, lostNow] = [0, 0];
  let [failures, lost] = [0, 0];
  let [failing, saidAt, sealDueAt] = [false, 0, 0];
  let sealedAt: Instant = "";
  let writing = Promise.resolve();

  const now = (): Instant => new Date(clock.now()).toISOString();

  const addFact = (fact: AuditFact, more: { count?: number; until?: string } = {}): void => {
    if (facts >= MAX_FACTS) {
      lost += 1;
      lostNow += 1;
      return;
    }
    facts += 1;
    const { at, actor, action, target, outcome, code } = fact;
    const who = actor && { role: actor.role, id: actor.id };
    const why = code === undefined ? {} : { code };
    queue.push({ kind: "fact", at, by: run, actor: who, action, target, outcome, ...why, ...more });
  };

  const addFloods = (until: number): void => {
    for (const { fact, count, until: lastAt } of floods.over(until)) addFact(fact, { count, until: lastAt });
  };

  /** Not while the last seals can't be written: each order then waits where it counts once. */
  const addSeals = async (): Promise<void> => {
    if (queue.some(({ kind }) => kind === "seal")) return;
    const at = now();
    for (const heads of await unsealed.take()) queue.push({ kind: "seal", at, by: run, heads });
    if (unsealed.forgot()) void catchUp.since(sealedAt);
    sealedAt = at;
    sealDueAt = clock.now() + options.sealEveryMs;
  };

  const writeAll = async (withSeals: boolean): Promise<void> => {
    if (withSeals) await addSeals();
    if (lostNow > 0 && !failing) {
      queue.push({ kind: "lost", at: now(), by: run, facts: lostNow });
      lostNow = 0;
    }
    try {
      await writer.write(queue);
    } finally {
      facts = queue.reduce((sum, { kind }) => sum + (kind === "fact" ? 1 : 0), 0);
    }
    if (failing) log.info({ written: writer.written }, "the audit trail is written again");
    failing = false;
  };

  const failed = (error: unknown): never => {
    failures += 1;
    if (!failing || clock.now() >= saidAt + SAY_EVERY_MS) {
      saidAt = clock.now();
      const waiting = { records: queue.length, orders: unsealed.size };
      log.error(
        { error, waiting },
        "THE AUDIT TRAIL CAN'T BE WRITTEN; orders and requests go on, and what there is to write waits",
      );
    }
    failing = true;
    throw error;
  };

  /** One after another. */
  const write = (withSeals: boolean): Promise<void> => {
    writing = writing
      .catch(() => {})
      .then(() => writeAll(withSeals))
      .catch(failed);
    return writing;
  };

  const turn = async () => {
    addFloods(clock.now());
    await write(clock.now() >= sealDueAt || unsealed.size >= SEAL_SOON).catch(() => {}); // it has said so itself
  };
  const chore = every(options.writeEveryMs, turn, log, "writing the audit trail");

  return {
    tell(fact) {
      if (floods.isFirst(fact, clock.now())) addFact(fact);
    },
    changed: unsealed.changed,
    doubt: unsealed.doubt,
    async start() {
      const newest = await store.newest();
      const last = newest && entryOf(newest);
      const isWhole = parts.alone && (await allEnded(store));
      sealedAt = now();
      queue.push({ kind: "start", at: sealedAt, by: run });
      // Where there is no room for it, it waits like all that comes after, and has said so.
      await write(false).catch(unlessAway);
      sealDueAt = clock.now() + options.sealEveryMs;
      chore.start();
      if (!isWhole) void catchUp.since(last?.at ?? "");
    },
    async stop() {
      chore.stop();
      catchUp.stop();
      addFloods(Number.POSITIVE_INFINITY);
      await write(true);
      await write(true); // what waited while seals of before could not be written
      // Left out where not all changed orders are sealed: the next run then looks for them.
      if (catchUp.behind || unsealed.size > 0) return;
      queue.push({ kind: "stop", at: now(), by: run });
      await write(false);
    },
    flush: () => write(true),
    caughtUp: catchUp.idle,
    stats: () => ({
      written: writer.written,
      failures,
      lost,
      factsWaiting: facts,
      unsealed: unsealed.size,
    }),
  };
};
