import { randomUUID } from "node:crypto";
import type { Log } from "../../actors/ports.ts";
import { TerminalSettlementError } from "../errors.ts";
import type { Consumption, RecordLog } from "../ports.ts";
import { type Backoff, deliver } from "./deliver.ts";
import { pause } from "./pause.ts";
import type { GroupLeases } from "./sqlite-leases.ts";
import type { Reader } from "./sqlite-reader.ts";

export interface ConsumerOptions {
  readonly reader: Reader;
  readonly leases: GroupLeases;
  /** How long a consumer that was killed keeps its group from the next one. */
  readonly leaseMs: number;
  /** How long until records of another process are looked for again. */
  readonly pollMs: number;
  readonly backoff: Backoff;
  readonly log: Log;
  /** Called, and emptied, when this process has produced something. */
  readonly wakers: Set<() => void>;
}

type Consume = Parameters<RecordLog["consume"]>;

/**
 * One consumer of a group. It works while it has the group's lease; another one of the group waits for it, and what
 * was handled by a consumer that lost its lease meanwhile is handled again by the next.
 */
export const startSqliteConsumer = (
  { topic, group, maxBatch }: Consume[0],
  handle: Consume[1],
  { reader, leases, leaseMs, pollMs, backoff, log, wakers }: ConsumerOptions,
): Consumption => {
  const lease = { topic, group, owner: randomUUID() };
  const stopping = new AbortController();
  const { signal } = stopping;
  let places: Map<number, number> | undefined;

  /** Where the group stands, if it is ours. */
  const held = () => {
    if (!leases.take(lease, Date.now(), leaseMs)) places = undefined;
    else places ??= reader.places(group);
    return places;
  };
  // While records are handled: that may take longer than the lease is good for.
  const renewal = setInterval(() => {
    try {
      if (places) held();
    } catch (error) {
      log.warn({ error, topic, group }, "the lease of a consumer group could not be renewed");
    }
  }, leaseMs / 3);

  /** One batch. Resolves to whether there was one. */
  const step = async (): Promise<boolean> => {
    const from = held();
    if (!from) return false;
    const batch = reader.read(topic, from, maxBatch);
    if (batch.records.length === 0) return false;
    if (!(await deliver(batch.records, { handle, signal, backoff, log }))) return false;
    if (!leases.store(lease, batch.places)) places = undefined;
    // Not `from`: the lease may have gone and come back meanwhile, and with it what is stored.
    else for (const [shard, next] of batch.places) places?.set(shard, Math.max(next, places.get(shard) ?? 0));
    return true;
  };

  const run = async (): Promise<void> => {
    let failures = 0;
    while (!signal.aborted) {
      try {
        const more = await step();
        failures = 0;
        if (!more) await pause(pollMs, signal, wakers);
      } catch (error) {
        if (error instanceof TerminalSettlementError) throw error;
        log.warn({ error, topic, group }, "the embedded log can't be read; trying again");
        await pause(Math.min(backoff.firstMs * 2 ** failures, backoff.longestMs), signal);
        failures += 1;
      }
    }
  };

  const ended = run().finally(() => {
    clearInterval(renewal);
    try {
      leases.give(lease);
    } catch {
      // It runs out by itself.
    }
  });
  ended.catch((error: unknown) =>
    log.error({ error, topic, group }, "a consumer has ended: its records wait"),
  );
  return {
    ended,
    async stop() {
      stopping.abort();
      await ended.catch(() => {});
    },
  };
};
