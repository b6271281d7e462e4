import { afterEach } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SettlementCalendar } from "../../machines/mod.ts";
import { createRowCodec } from "../../settlement/avro/codec.ts";
import { openCalendar } from "../../settlement/holidays.ts";
import { createSqliteLog } from "../../settlement/log.sqlite.ts";
import { type DateRequestOptions, ROWS_TOPIC, runDate } from "../../settlement/poller/mod.ts";
import type { RecordLog, RowCodec, RunStore, StoredRecord } from "../../settlement/ports.ts";
import { rowKeyOf, type SettlementRow } from "../../settlement/row.ts";
import { createSqliteRunStore } from "../../settlement/run-store.sqlite.ts";
import { createTossSource, type TossSourceOptions } from "../../settlement/source.toss.ts";
import { readRow } from "../../settlement/toss/read-row.ts";
import { startTossMock, type TossMock } from "../toss/mod.ts";
import { DATE } from "./poller-rows.ts";

/** The poller on everything that is real but Toss: its HTTP client, Avro, the embedded log, a store of checkpoints. */
export interface World {
  readonly mock: TossMock;
  readonly folder: string;
  readonly log: RecordLog;
  readonly codec: RowCodec;
  readonly store: RunStore;
  readonly calendar: SettlementCalendar;
  /** Polls DATE in pages of 100. */
  run(changes?: Partial<DateRequestOptions>, source?: Partial<TossSourceOptions>): ReturnType<typeof runDate>;
  /** Every row in the topic, as often as it was produced, in the order of its partition. */
  rows(): Promise<SettlementRow[]>;
}

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

export const createWorld = async (stores: { store?: RunStore } = {}): Promise<World> => {
  const folder = mkdtempSync(join(tmpdir(), "jumun-poll-"));
  open.push(async () => rmSync(folder, { recursive: true, force: true }));
  const mock = await startTossMock();
  open.push(() => mock.stop());
  const log = await createSqliteLog({ path: join(folder, "log.sqlite") });
  open.push(() => log.close());
  const own = createSqliteRunStore({ path: join(folder, "runs.sqlite") });
  open.push(() => own.close());
  const store = stores.store ?? own;
  const codec = await createRowCodec();
  const calendar = await openCalendar({ from: DATE, to: DATE });
  return {
    ...{ mock, folder, log, codec, store, calendar },
    run: (changes = {}, source = {}) =>
      runDate({
        ...{ date: DATE, log, codec, store, pageSize: 100, emptyWaitMs: 0, leaseWaitMs: 0 },
        source: sourceOf(mock, source),
        ...changes,
      }),
    rows: async () => Promise.all((await recordsOf(log, ROWS_TOPIC)).map(({ value }) => codec.decode(value))),
  };
};

export const sourceOf = ({ url, secretKey }: TossMock, options: Partial<TossSourceOptions> = {}) =>
  createTossSource({
    ...{ baseUrl: url, secretKey, firstWaitMs: 5, longestWaitMs: 50, giveUpAfterMs: 5_000 },
    ...options,
  });

let groups = 0;

/** All records of a topic, through a consumer group of their own. */
export const recordsOf = async (log: RecordLog, topic: string): Promise<StoredRecord[]> => {
  groups += 1;
  const group = `test-${groups}-${crypto.randomUUID()}`;
  const records: StoredRecord[] = [];
  const consumption = await log.consume({ topic, group, maxBatch: 5_000 }, async (batch) => {
    records.push(...batch);
  });
  while ((await log.lag(topic, group)) > 0) await Bun.sleep(5);
  await consumption.stop();
  return records;
};

export const byKey = (rows: readonly SettlementRow[]): Map<string, SettlementRow> =>
  new Map(rows.map((row) => [rowKeyOf(row), row]));

/** What the mock holds for DATE, quirks apart: read as the poller reads it, by natural key. */
export const truthOf = ({ mock }: Pick<World, "mock">): Map<string, SettlementRow> => {
  const rows: SettlementRow[] = [];
  for (const row of mock.settlements.rows({ paidOutDate: DATE })) {
    const read = readRow(JSON.parse(JSON.stringify(row)), DATE);
    if (!read.ok) throw new Error(`a row of the mock can't be read: ${read.reason}`);
    rows.push(read.row);
  }
  return byKey(rows);
};
