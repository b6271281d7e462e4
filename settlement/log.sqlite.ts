import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { type Log, silentLog } from "../actors/ports.ts";
import { type Backoff, usualBackoff } from "./log/deliver.ts";
import { asLogError, logUnavailable } from "./log/errors.ts";
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
  readonly backoff?: Backoff;
  readonly log?: Log;
}

export interface SqliteLog extends RecordLog {
  /**
   * Removes records that came before `before` (epoch ms) and that every group known to the topic has handled.
   * Resolves to how many. A group that is to read from the beginning must have begun before.
   */
  trim(topic: string, before: number): Promise<number>;
}

const REMEDY =
  "What was not acknowledged was not taken. See that the disk has room and the file can be written";

/**
 * The log where there is no Kafka: one SQLite file with partitions, groups and offsets. A group is consumed by one
 * consumer at a time, in whatever process; when it dies, the next one goes on after `leaseMs`.
 * @example
 * const log = await createSqliteLog({ path: "data/settlement-log.sqlite" });
 * await log.produce("settlement-rows", [{ key: row.paymentKey, value: codec.encode(row) }]);
 */
export const createSqliteLog = async (options: SqliteLogOptions): Promise<SqliteLog> => {
  const {
    path,
    partitions = 8,
    leaseMs = 5_000,
    pollMs = 50,
    backoff = usualBackoff,
    log = silentLog,
  } = options;
  const [durable, soon] = away("The file of the embedded log can't be opened", () => {
    mkdirSync(dirname(path), { recursive: true });
    return [openLogFile(path), openLogFile(path)];
  });
  soon.run("PRAGMA synchronous = NORMAL");
  const append = prepareAppend(durable, partitions);
  const reader = prepareReader(soon);
  const leases = prepareGroupLeases(soon);
  const trim = prepareTrim(soon);
  const consumptions = new Set<Consumption>();
  const wakers = new Set<() => void>();
  let closed = false;

  /** Runs work on the open file. */
  const guarded = <T>(what: string, work: () => T): T => {
    if (closed) throw logUnavailable("The embedded log is closed", "Open it again");
    return away(what, work);
  };

  return {
    async produce(topic, records) {
      if (records.length === 0) return;
      guarded("The embedded log can't be written", () => append(topic, records, Date.now()));
      for (const wake of [...wakers]) wake();
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
    trim: async (topic, before) => guarded("The embedded log can't be trimmed", () => trim(topic, before)),
    // Takes the lock of a writer, and so fails on a full disk or a file that became read-only.
    ready: async () =>
      guarded("The embedded log can't be written", () => durable.transaction(() => {}).immediate()),
    async close() {
      if (closed) return;
      await Promise.all([...consumptions].map((consumption) => consumption.stop()));
      closed = true;
      soon.close();
      durable.close();
    },
  };
};

const away = <T>(what: string, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    throw asLogError(error, what, REMEDY);
  }
};
