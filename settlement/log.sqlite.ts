import { type Log, silentLog } from "../actors/ports.ts";
import { connectDatabase } from "../actors/store/sqlite-schema.ts";
import { syncedNowAndThen } from "../actors/store/sqlite-soon.ts";
import { onSqliteFile } from "./damaged.ts";
import { type Backoff, usualBackoff } from "./log/deliver.ts";
import { logUnavailable } from "./log/errors.ts";
import { prepareAppend } from "./log/sqlite-append.ts";
import { startSqliteConsumer } from "./log/sqlite-consumer.ts";
import { prepareGroupLeases } from "./log/sqlite-leases.ts";
import { prepareReader } from "./log/sqlite-reader.ts";
import { openLogFile } from "./log/sqlite-tables.ts";
import { prepareTrim } from "./log/sqlite-trim.ts";
import type { Consumption, RecordLog } from "./ports.ts";

export interface SqliteLogOptions {
  /** A file of its own; its folder is made. Several processes may have it open at once. */
  readonly path: string;
  /** Of a new topic; one that is there keeps its number. */
  readonly partitions?: number;
  /** How long a consumer that was killed keeps its group from the next one. In ms. */
  readonly leaseMs?: number;
  /** How long it takes at most until records of another process are seen. In ms. */
  readonly pollMs?: number;
  /**
   * How long records are kept that every group has handled, in ms. Seven days, as Kafka has it; 0 keeps them for ever.
   * They go as new ones come.
   */
  readonly keepMs?: number;
  readonly backoff?: Backoff;
  readonly log?: Log;
}

export interface SqliteLog extends RecordLog {
  /**
   * Removes at once all records that came before `before` (epoch ms) and that every group known to the topic has
   * handled. Resolves to how many. A group that is to read from the beginning must have begun before.
   */
  trim(topic: string, before: number): Promise<number>;
}

const DAY_MS = 24 * 60 * 60_000;

/** How often a producer looks for records that have been kept for long enough. */
const TRIM_EVERY_MS = 60_000;

const REMEDY = "What was not acknowledged was not taken";

/**
 * The log where there is no Kafka: one SQLite file with partitions, groups and offsets. A group is consumed by one
 * consumer at a time, in whatever process; when it dies, the next one goes on after `leaseMs`.
 * @example
 * const log = await createSqliteLog({ path: "data/settlement-log.sqlite" });
 * await log.produce("settlement-rows", [{ key: row.paymentKey, value: codec.encode(row) }]);
 */
export const createSqliteLog = async (options: SqliteLogOptions): Promise<SqliteLog> => {
  const { path, partitions = 8, leaseMs = 5_000, pollMs = 50, keepMs = 7 * DAY_MS } = options;
  const { backoff = usualBackoff, log = silentLog } = options;
  const away = <T>(what: string, work: () => T): T =>
    onSqliteFile(path, (reason, cause) => logUnavailable(`${what}: ${reason}`, REMEDY, cause), work);
  const [durable, beside] = away("The file of the embedded log can't be opened", () => {
    return [openLogFile(path), connectDatabase(path)];
  });
  const soon = syncedNowAndThen(beside);
  const append = prepareAppend(durable, partitions);
  const reader = prepareReader(beside);
  const { take, give, store } = prepareGroupLeases(beside);
  const leases = { take: soon(take), give: soon(give), store: soon(store) };
  const trim = soon(prepareTrim(beside));
  const consumptions = new Set<Consumption>();
  const wakers = new Set<() => void>();
  const trimmed = new Map<string, number>();
  let closed = false;

  /** Runs work on the open file. */
  const guarded = <T>(what: string, work: () => T): T => {
    if (closed) throw logUnavailable("The embedded log is closed", "Open it again");
    return away(what, work);
  };

  /** A part of what may go. The records just produced are there whatever becomes of it. */
  const trimNowAndThen = (topic: string, keepMs: number) => {
    const now = Date.now();
    if (now - (trimmed.get(topic) ?? 0) < TRIM_EVERY_MS) return;
    try {
      // Once there is no more to remove, there is none for a while.
      if (trim(topic, now - keepMs) === 0) trimmed.set(topic, now);
    } catch (error) {
      log.warn({ error, topic }, "old records of the embedded log could not be removed");
    }
  };

  return {
    async produce(topic, records) {
      if (records.length === 0) return;
      guarded("The embedded log can't be written", () => append(topic, records, Date.now()));
      for (const wake of [...wakers]) wake();
      if (keepMs > 0) trimNowAndThen(topic, keepMs);
    },
    async consume(which, handle) {
      guarded("The embedded log can't be read", () => reader.lag(which.topic, which.group));
      const consumption = startSqliteConsumer(which, handle, {
        reader,
        leases,
        leaseMs,
        pollMs,
        backoff,
        log,
        wakers,
      });
      consumptions.add(consumption);
      consumption.ended.catch(() => {}).finally(() => consumptions.delete(consumption));
      return consumption;
    },
    lag: async (topic, group) => guarded("The embedded log can't be read", () => reader.lag(topic, group)),
    async trim(topic, before) {
      let removed = 0;
      for (;;) {
        const now = guarded("The embedded log can't be trimmed", () => trim(topic, before));
        if (now === 0) return removed;
        removed += now;
        // Others write to the file too.
        await Bun.sleep(0);
      }
    },
    // Takes the lock of a writer, and so fails on a full disk or a file that became read-only.
    ready: async () =>
      guarded("The embedded log can't be written", () => durable.transaction(() => {}).immediate()),
    async close() {
      if (closed) return;
      await Promise.all([...consumptions].map((consumption) => consumption.stop()));
      closed = true;
      beside.close();
      durable.close();
    },
  };
};
