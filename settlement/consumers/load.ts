import { type Log, silentLog } from "../../actors/ports.ts";
import type { Consumption, RecordLog, RowCodec, StoredRecord } from "../ports.ts";
import type { SettlementRow } from "../row.ts";
import { decodeBatch } from "./decode.ts";

export interface LoaderOptions {
  readonly log: RecordLog;
  readonly codec: RowCodec;
  readonly topic: string;
  /** The consumer group: its own place in the topic, whatever other groups have read. */
  readonly group: string;
  /** Stores rows, each once by its natural key; the last of a key counts. Durable when it resolves. */
  upsert(rows: readonly SettlementRow[]): Promise<void>;
  /** Where records go that can't be read. */
  readonly deadTopic: string;
  /** Most records of a batch. Each batch is one write and one fsync. Default 5,000. */
  readonly maxBatch?: number;
  /** Told why a batch was not taken; it comes again, unless the error is a TerminalSettlementError. */
  readonly onFailure?: (error: unknown) => void;
  readonly logger?: Log;
}

/**
 * Keeps a ledger up to date with a topic, until it is stopped. A batch is written, then what could not be read of it
 * goes to the dead-letter topic, and only then is its place stored: whatever dies in between, the batch comes again, and
 * its rows are the same rows. While the store, the log or the registry is away the batch waits.
 *
 * @throws LOG_UNAVAILABLE when the log can't be reached at the start
 * @example
 * const loader = await runLoader({ log, codec, topic, group: "accounting", upsert: ledgers.upsertAccounting, deadTopic });
 * await loader.stop();
 */
export const runLoader = (options: LoaderOptions): Promise<Consumption> => {
  const { log, topic, group, maxBatch = 5_000, onFailure } = options;
  return log.consume({ topic, group, maxBatch }, async (records) => {
    try {
      await loadBatch(records, options);
    } catch (error) {
      onFailure?.(error);
      throw error;
    }
  });
};

const loadBatch = async (records: readonly StoredRecord[], options: LoaderOptions): Promise<void> => {
  const { log, codec, topic, group, upsert, deadTopic, logger = silentLog } = options;
  const { rows, dead } = await decodeBatch(records, codec, { topic, group });
  if (rows.length > 0) await upsert(rows);
  if (dead.length === 0) return;
  await log.produce(deadTopic, dead);
  const { headers } = dead[0] ?? {};
  logger.error(
    { topic, group, deadTopic, records: dead.length, first: headers },
    "records can't be read and were put aside; the others of their batch are stored",
  );
};
