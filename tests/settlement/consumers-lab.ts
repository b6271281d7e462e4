import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRowCodec } from "../../settlement/avro/codec.ts";
import { departments, type LoaderOptions } from "../../settlement/consumers/mod.ts";
import { createSqliteLedgers } from "../../settlement/ledgers.sqlite.ts";
import { createSqliteLog } from "../../settlement/log.sqlite.ts";
import type { Ledgers, LogRecord, RecordLog, RowCodec, StoredRecord } from "../../settlement/ports.ts";
import type { SettlementRow } from "../../settlement/row.ts";
import { keepLog } from "../actors/toss-double.ts";

export const TOPIC = "test.rows";
export const DEAD = "test.dead";

/** The real embedded log and real ledgers, each in a file. */
export interface ConsumersLab {
  readonly folder: string;
  readonly log: RecordLog;
  readonly ledgers: Ledgers;
  readonly codec: RowCodec;
  readonly entries: ReturnType<typeof keepLog>["entries"];
  /** What `drain` and `runLoader` take, for one department or for all. */
  loaders(changes?: Partial<LoaderOptions>): LoaderOptions[];
  loader(name: (typeof departments)[number]["name"], changes?: Partial<LoaderOptions>): LoaderOptions;
  produce(...rows: SettlementRow[]): Promise<void>;
  recordOf(row: SettlementRow): LogRecord;
  /** All dead letters, as another group reads them. */
  dead(): Promise<StoredRecord[]>;
  dispose(): Promise<void>;
}

export const quick = { firstMs: 5, longestMs: 20 };

export const createConsumersLab = async (): Promise<ConsumersLab> => {
  const folder = await mkdtemp(join(tmpdir(), "jumun-consumers-"));
  const { log: logger, entries } = keepLog();
  const log = await createSqliteLog({ ...placesIn(folder).log, pollMs: 5, leaseMs: 300, backoff: quick });
  const ledgers = createSqliteLedgers(placesIn(folder).ledgers);
  const codec = await createRowCodec({ topic: TOPIC });
  const recordOf = (row: SettlementRow): LogRecord => ({ key: row.paymentKey, value: codec.encode(row) });

  const loader: ConsumersLab["loader"] = (name, changes = {}) => {
    const department = departments.find((one) => one.name === name);
    if (!department) throw new Error(`There is no department ${name}.`);
    const { group } = department;
    const upsert = department.upsert(ledgers);
    return { log, codec, topic: TOPIC, group, upsert, deadTopic: DEAD, maxBatch: 10, logger, ...changes };
  };
  return {
    folder,
    log,
    ledgers,
    codec,
    entries,
    loader,
    loaders: (changes) => departments.map(({ name }) => loader(name, changes)),
    produce: (...rows) => log.produce(TOPIC, rows.map(recordOf)),
    recordOf,
    async dead() {
      const letters: StoredRecord[] = [];
      const group = `test-${crypto.randomUUID()}`;
      const reading = await log.consume({ topic: DEAD, group, maxBatch: 100 }, async (records) => {
        letters.push(...records);
      });
      while ((await log.lag(DEAD, group)) > 0) await Bun.sleep(5);
      await reading.stop();
      return letters;
    },
    async dispose() {
      await log.close();
      await ledgers.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** Where another process finds the same log and ledgers. */
export const placesIn = (folder: string) => ({
  log: { path: join(folder, "log.sqlite") },
  ledgers: { path: join(folder, "ledgers.sqlite") },
});

/** Waits for what comes by itself. */
export const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  for (const end = performance.now() + 20_000; performance.now() < end; ) {
    if (await holds()) return;
    await Bun.sleep(5);
  }
  throw new Error("It did not come to this in 20 s.");
};
