import type { OrderDomain } from "../../machines/mod.ts";
import type { Trail } from "../audit/trail.ts";
import type { Clock, CommandBus, Delivery, Log, OrderStore } from "../ports.ts";
import type { Toss } from "../toss.ts";
import { createOrderCache } from "./cache.ts";
import type { Committed } from "./commit.ts";
import { createEffectRunner } from "./effects/runner.ts";
import { every } from "./every.ts";
import type { JobOutcome } from "./job.ts";
import { allPartitions, createLeases, type LeaseEvents } from "./leases.ts";
import { defaultRuntimeOptions, type RuntimeOptions } from "./options.ts";
import { mayComeByBus } from "./origin.ts";
import { createPublisher } from "./publisher.ts";
import { createScanner } from "./scanner.ts";
import { createSetBack } from "./set-back.ts";
import { STORE_AWAY_EVERY_MS, sparingly } from "./sparingly.ts";
import { createWorker } from "./worker.ts";

export type { RuntimeOptions } from "./options.ts";
export { defaultRuntimeOptions } from "./options.ts";

export interface RuntimeParts {
  readonly domain: OrderDomain;
  readonly store: OrderStore;
  readonly bus: CommandBus;
  readonly toss: Toss;
  readonly clock: Clock;
  readonly log: Log;
  /** Our merchant id at Toss, to be compared with a payment's when given. */
  readonly mId?: string | undefined;
  /** This process among those that share the partitions; left out: it shares with none and works on all. */
  readonly owner?: string | undefined;
  /** Is told of each order that changed, to seal where its chain stands. */
  readonly audit?: Pick<Trail, "changed" | "doubt"> | undefined;
  readonly options?: Partial<RuntimeOptions>;
}

/** What the runtime is doing, for metrics and health. */
export interface RuntimeStats {
  readonly queued: number;
  readonly effectsRunning: number;
  readonly eventsWaiting: number;
  readonly partitions: readonly number[];
  readonly committed: number;
}

export interface Runtime {
  /** Takes its partitions and begins. Resolves once commands are being worked on. */
  start(): Promise<void>;
  /** Takes nothing new, finishes what it has, gives its partitions back. */
  stop(): Promise<void>;
  /** Looks for due timers and effects now instead of at the next tick. */
  tick(): Promise<void>;
  stats(): RuntimeStats;
}

/**
 * Commands in, one write a batch, then replies, events and effects out. There is one way to change an order: timers
 * and Toss' answers come back as commands and take it too.
 */
export const createRuntime = (parts: RuntimeParts): Runtime => {
  const { domain, store, bus, clock, log, audit } = parts;
  const options = { ...defaultRuntimeOptions, ...parts.options };
  const failures = new Map<string, number>();
  const consumers = new Map<number, { stop(): Promise<void> }>();
  const warnAway = sparingly(STORE_AWAY_EVERY_MS, (fields, message) => log.warn(fields, message));
  let committed = 0;

  const publisher = createPublisher({ bus, store, log });
  const cache = createOrderCache(options.cacheSize);

  const onCommitted = ({ before, folded }: Committed): void => {
    const { document } = folded.live;
    committed += 1;
    if (document.seq > (before?.document.seq ?? 0)) {
      publisher.offer(document, before?.document.publishedSeq ?? 0);
      audit?.changed(document.orderId, document.seq, document.history.at(-1)?.chain ?? "");
    }
    for (const pending of document.effects) {
      const isNew = !before?.document.effects.some(
        (known) => known.effect.id === pending.effect.id && known.since === pending.since,
      );
      if (isNew) effects.run(document, pending);
    }
    scanner.follow(document);
  };

  const worker = createWorker(
    {
      domain,
      store,
      cache,
      clock,
      onDoubt(orderId, seqBefore) {
        publisher.doubt(orderId, seqBefore);
        audit?.doubt(orderId);
      },
      options: { ...options, publishedSeq: bus.durableEvents ? publisher.publishedSeq : undefined },
    },
    { maxBatch: options.maxBatch, lanes: options.lanes, log, onCommitted },
  );
  const enqueue = worker.enqueue;
  const effects = createEffectRunner({
    toss: parts.toss,
    policy: domain.policy,
    mId: parts.mId,
    clock,
    log,
    enqueue,
    retry: options.retry,
  });
  const scanner = createScanner({
    domain,
    store,
    effects,
    clock,
    log,
    effectLeaseMs: options.effectLeaseMs,
    longestWaitMs: 2 * Math.max(options.effectLeaseMs, options.retry.maxMs),
    restMs: options.redeliverAfterMs,
    partitions: () => leases.held(),
    enqueue,
    bury: (command, reason) => bus.bury(command, reason),
  });

  /** A command from the bus: its delivery is let go only when its reply is found stored. */
  const deliver = (delivery: Delivery): void => {
    const { command } = delivery;
    const keptBack = (error: unknown) =>
      log.warn({ commandId: command.id, error }, "a command could not be let go; it comes again");
    if (!mayComeByBus(command.type)) {
      const { id: commandId, orderId, type, actor } = command;
      log.error(
        { commandId, orderId, type, actor },
        "a command came by the bus that only Toss' answer can be",
      );
      void delivery.dead("COMMAND_MALFORMED: only Toss' answer can be this command").catch(keptBack);
      return;
    }
    const settle = (outcome: JobOutcome) => void settleDelivery(delivery, outcome).catch(keptBack);
    enqueue({ orderId: command.orderId, command, firstTry: true, settle });
  };

  const settleDelivery = async (delivery: Delivery, outcome: JobOutcome): Promise<void> => {
    const { id: commandId, orderId, type } = delivery.command;
    if (outcome.status === "stored") {
      failures.delete(commandId);
      if (outcome.reply) await delivery.done(outcome.reply);
      return;
    }
    // Only its own failure counts against a command, never a store that is away.
    const count = (failures.get(commandId) ?? 0) + (outcome.status === "failed" ? 1 : 0);
    if (count > 0) failures.set(commandId, count);
    const fields = { commandId, orderId, type, count, error: outcome.error };
    if (count >= options.maxFailures) {
      log.error(fields, "a command failed again and again and is now a dead letter");
      await delivery.dead(String(outcome.error));
      failures.delete(commandId);
      return;
    }
    const warn = outcome.status === "again" ? warnAway : log.warn.bind(log);
    warn(fields, "a command could not be processed and comes again");
    await delivery.retry(Math.min(options.redeliverAfterMs * 2 ** count, 30_000));
  };

  const leaseEvents: LeaseEvents = {
    async acquired(partition) {
      consumers.set(partition, await bus.consume(partition, deliver));
    },
    async lost(partition) {
      await consumers.get(partition)?.stop();
      consumers.delete(partition);
    },
  };
  const leases = parts.owner
    ? createLeases(
        { store: store.leases, clock, owner: parts.owner, ttlMs: options.leaseTtlMs, log },
        leaseEvents,
      )
    : allPartitions(leaseEvents);

  /** Page after page, each marked before the next is looked for: what is marked is found no more. */
  const sweep = async () => {
    while (await publisher.sweep(leases.held())) {
      await publisher.idle();
      await publisher.mark();
    }
  };
  const isSetBack = createSetBack(clock);
  let caughtUp = false;
  const scan = async () => {
    if (isSetBack()) caughtUp = false;
    await scanner.scan();
    if (caughtUp) return;
    await scanner.catchUp();
    caughtUp = true;
  };
  const chores = [
    every(options.scanEveryMs, scan, log, "looking for due orders"),
    every(options.leaseTtlMs / 3, () => leases.renew(), log, "renewing leases"),
    every(1_000, () => publisher.mark(), log, "marking published events"),
    every(5_000, sweep, log, "looking for unpublished events"),
  ];

  return {
    tick: scanner.scan,
    async start() {
      await leases.renew();
      if (bus.durableEvents) await publisher.sweep(leases.held());
      for (const chore of chores) chore.start();
    },
    async stop() {
      for (const chore of chores) chore.stop();
      await leases.release();
      const finished = (async () => {
        await worker.idle();
        await effects.idle();
        await worker.idle();
        await publisher.idle();
        await publisher.mark();
      })();
      await Promise.race([finished, Bun.sleep(options.stopGraceMs)]);
    },
    stats: () => ({
      queued: worker.depth,
      effectsRunning: effects.running,
      eventsWaiting: publisher.backlog,
      partitions: leases.held(),
      committed,
    }),
  };
};
