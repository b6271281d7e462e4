import type { Instant } from "../../machines/mod.ts";
import type { Clock, Log } from "../ports.ts";
import { every } from "../runtime/every.ts";
import type { AuditFact, AuditTrail } from "./fact.ts";
import { createFloods } from "./floods.ts";
import { type AuditedOrders, headOf } from "./orders.ts";
import { type AuditEntry, entryOf, type Head } from "./record.ts";
import type { AuditStore } from "./store.ts";
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
  /** How far before the newest record a start looks for orders left unsealed, in ms: longer than clocks differ. */
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

export interface Trail {
  readonly tell: AuditTrail;
  /** An order is found written; its newest entry is `seq`, with the link `chain`. */
  changed(orderId: string, seq: number, chain: string): void;
  /** The order's write failed, and may have taken place all the same. */
  doubt(orderId: string): void;
  /** Begins the run in the trail; resolves when that is durable. Orders left unsealed are looked for afterwards. */
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
const MAX_DOUBTS = 10_000;
/** Heads in one record, some 75 B each. */
const HEADS = 500;
/** So many unsealed orders are sealed at once. */
const SEAL_SOON = 20_000;
/** More are not remembered, some 200 B each: they are looked for when the trail can be written again. */
const MAX_UNSEALED = 200_000;
const PAGE = 200;
/** Leaves the orders room while it looks through them. */
const PAGE_PAUSE_MS = 2;
const SAY_EVERY_MS = 60_000;

/**
 * The audit trail of this process: it buffers, and writes in its own time; whoever tells it something is never held up
 * and never failed. What is buffered is lost at `kill -9`: facts of the last second, counts of a flood of the last
 * minute. Orders are not: their next run finds and seals those that were left.
 */
export const createTrail = (parts: TrailParts): Trail => {
  const { store, orders, clock, log, run } = parts;
  const options = { ...defaultTrailOptions, ...parts.options };
  const writer = createAuditWriter(store);
  const floods = createFloods(options.floodMs);
  const queue: AuditEntry[] = [];
  const unsealed = new Map<string, readonly [seq: number, chain: string]>();
  const doubts = new Set<string>();
  let facts = 0;
  let lostSince = 0;
  let [written, failures, lost] = [0, 0, 0];
  let sealDueAt = 0;
  let [failing, saidAt] = [false, 0];
  /** Since when changed orders may have been forgotten. */
  let forgotSince: Instant | undefined;
  let sealedAt: Instant = "";
  let [writing, catchingUp] = [Promise.resolve(), Promise.resolve()];
  let stopping = false;
  /** Orders left unsealed are being looked for. */
  let behind = false;

  const now = (): Instant => new Date(clock.now()).toISOString();

  const addFact = (fact: AuditFact, more: { count?: number; until?: string } = {}): void => {
    if (facts >= MAX_FACTS) {
      lost += 1;
      lostSince += 1;
      return;
    }
    facts += 1;
    const { at, actor, action, target, outcome, code } = fact;
    queue.push({
      kind: "fact",
      at,
      by: run,
      actor: actor && { role: actor.role, id: actor.id },
      action,
      target,
      outcome,
      ...(code !== undefined && { code }),
      ...more,
    });
  };

  const changed = (orderId: string, seq: number, chain: string): void => {
    if (unsealed.size >= MAX_UNSEALED && !unsealed.has(orderId)) {
      forgotSince ??= sealedAt;
      return;
    }
    unsealed.set(orderId, [seq, chain]);
    if (unsealed.size === SEAL_SOON && !failing) void write(true).catch(() => {});
  };

  const resolveDoubts = async (): Promise<void> => {
    for (const orderId of [...doubts]) {
      const found = await orders?.load(orderId);
      const head = found && headOf(found);
      if (head && (unsealed.get(orderId)?.[0] ?? 0) < head[1]) changed(...head);
      doubts.delete(orderId);
    }
  };

  /** Moves the heads of changed orders into the queue. */
  const seal = (): void => {
    const heads = [...unsealed].map(([orderId, [seq, chain]]): Head => [orderId, seq, chain]);
    unsealed.clear();
    const at = now();
    sealedAt = at;
    for (let start = 0; start < heads.length; start += HEADS) {
      queue.push({ kind: "seal", at, by: run, heads: heads.slice(start, start + HEADS) });
    }
  };

  const writeAll = async (withSeal: boolean): Promise<void> => {
    for (const { fact, count, until } of floods.over(stopping ? Number.POSITIVE_INFINITY : clock.now())) {
      addFact(fact, { count, until });
    }
    // While the trail can't be written heads gather where each order counts once.
    if (withSeal && !queue.some(({ kind }) => kind === "seal")) {
      await resolveDoubts();
      seal();
      sealDueAt = clock.now() + options.sealEveryMs;
    }
    if (lostSince > 0 && !failing) {
      queue.push({ kind: "lost", at: now(), by: run, facts: lostSince });
      lostSince = 0;
    }
    try {
      written += await writer.write(queue);
    } finally {
      facts = queue.reduce((sum, { kind }) => sum + (kind === "fact" ? 1 : 0), 0);
    }
    if (failing) log.info({ written }, "the audit trail is written again");
    failing = false;
    if (forgotSince !== undefined && !stopping) {
      void catchUp(forgotSince);
      forgotSince = undefined;
    }
  };

  const write = (withSeal: boolean): Promise<void> => {
    writing = writing
      .catch(() => {})
      .then(() => writeAll(withSeal))
      .catch((error) => {
        failures += 1;
        if (!failing || clock.now() >= saidAt + SAY_EVERY_MS) {
          saidAt = clock.now();
          log.error(
            { error, waiting: queue.length, unsealed: unsealed.size },
            "THE AUDIT TRAIL CAN'T BE WRITTEN; orders and requests go on, and what there is to write waits",
          );
        }
        failing = true;
        throw error;
      });
    return writing;
  };

  /** Seals orders written since then, whoever wrote them: one sealed already is sealed again, which harms nothing. */
  const catchUp = (instant: Instant): Promise<void> => {
    if (!orders) return Promise.resolve();
    behind = true;
    catchingUp = catchingUp.then(async () => {
      const since = instant === "" ? "" : new Date(Date.parse(instant) - options.lookBackMs).toISOString();
      let [after, found]: [string | undefined, number] = ["", 0];
      while (after !== undefined && !stopping) {
        try {
          const page = await orders.changed({ since, after, limit: PAGE });
          for (const [orderId, seq, chain] of page.heads) {
            if ((unsealed.get(orderId)?.[0] ?? 0) < seq) changed(orderId, seq, chain);
          }
          found += page.heads.length;
          after = page.next;
          await Bun.sleep(PAGE_PAUSE_MS);
        } catch (error) {
          log.warn({ error }, "orders left unsealed could not be looked for; tried again");
          await Bun.sleep(options.writeEveryMs);
        }
      }
      behind = after !== undefined;
      if (found > 0) log.info({ since, found }, "orders that may have been left unsealed are sealed anew");
    });
    return catchingUp;
  };

  const chore = every(
    options.writeEveryMs,
    () => write(clock.now() >= sealDueAt).catch(() => {}), // it has said so itself
    log,
    "writing the audit trail",
  );

  return {
    tell(fact) {
      if (floods.isFirst(fact, clock.now())) addFact(fact);
    },
    changed,
    doubt(orderId) {
      if (doubts.size < MAX_DOUBTS) doubts.add(orderId);
      else forgotSince ??= sealedAt;
    },
    async start() {
      const newest = await store.newest();
      const entry = newest && entryOf(newest);
      sealedAt = now();
      queue.push({ kind: "start", at: sealedAt, by: run });
      await write(false);
      sealDueAt = clock.now() + options.sealEveryMs;
      chore.start();
      if (parts.alone && entry?.kind === "stop") return;
      void catchUp(entry?.at ?? "");
    },
    async stop() {
      chore.stop();
      stopping = true;
      await write(true);
      await write(true); // what changed while the first was under way
      // Left out where not all changed orders are sealed: the next run then looks for them.
      if (behind || forgotSince !== undefined || unsealed.size + doubts.size > 0) return;
      queue.push({ kind: "stop", at: now(), by: run });
      await write(false);
    },
    flush: () => write(true),
    caughtUp: () => catchingUp,
    stats: () => ({
      written,
      failures,
      lost,
      factsWaiting: facts,
      unsealed: unsealed.size + doubts.size,
    }),
  };
};
