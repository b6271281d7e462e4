import { afterEach } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type DateRequestOptions,
  DEAD_TOPIC,
  type PollEvent,
  ROWS_TOPIC,
  runDate,
} from "../../settlement/poller/mod.ts";
import type {
  LogRecord,
  ReadRow,
  RecordLog,
  RowCodec,
  SettlementSource,
  SourceTransaction,
} from "../../settlement/ports.ts";
import { rowKeyOf, type SettlementRow } from "../../settlement/row.ts";
import { createSqliteRunStore } from "../../settlement/run-store.sqlite.ts";
import type { ClosableRunStore } from "../../settlement/run-store.ts";
import { DATE } from "./poller-rows.ts";

/** A list of rows in memory, answered page by page as Toss does. Tests change it as it is read. */
export interface ListSource extends SettlementSource {
  /** By date. */
  readonly lists: Map<string, ReadRow[]>;
  readonly transactionsOf: Map<string, SourceTransaction[]>;
  /** Every page that was asked for, in order. */
  readonly calls: { readonly date: string; readonly page: number }[];
  /** Runs before each page is cut, with the number of the call from 1; rows that it returns are answered in its place. */
  onCall: (call: number, page: number) => unknown;
}

export const createListSource = (rows: ReadRow[] = []): ListSource => {
  const source: ListSource = {
    lists: new Map([[DATE, rows]]),
    transactionsOf: new Map(),
    calls: [],
    onCall: () => {},
    async page(date, page, size) {
      source.calls.push({ date, page });
      const answer = await source.onCall(source.calls.length, page);
      if (Array.isArray(answer)) return answer as readonly ReadRow[];
      return (source.lists.get(date) ?? []).slice((page - 1) * size, page * size);
    },
    async *transactions(date) {
      const all = source.transactionsOf.get(date) ?? [];
      for (let from = 0; from < all.length; from += 3) yield all.slice(from, from + 3);
    },
  };
  return source;
};

/** A log that keeps records in memory; the poller only produces. */
export interface MemoryLog extends RecordLog {
  readonly records: { readonly topic: string; readonly record: LogRecord }[];
}

export const createMemoryLog = (): MemoryLog => {
  const records: MemoryLog["records"] = [];
  const unused = () => Promise.reject(new Error("the poller does not do this"));
  return {
    records,
    async produce(topic, produced) {
      for (const record of produced) records.push({ topic, record });
    },
    consume: unused,
    lag: unused,
    ready: async () => {},
    close: async () => {},
  };
};

/** Rows as JSON: what Avro does is not of interest here. */
export const jsonCodec: RowCodec = {
  encode: (row) => new TextEncoder().encode(JSON.stringify(row)),
  decode: (value) => JSON.parse(new TextDecoder().decode(value)) as SettlementRow,
};

export interface Lab {
  readonly source: ListSource;
  readonly log: MemoryLog;
  readonly store: ClosableRunStore;
  readonly events: PollEvent[];
  /** Polls DATE in pages of three, one at a time and without waits, unless `changes` say otherwise. */
  run(changes?: Partial<DateRequestOptions>): ReturnType<typeof runDate>;
  parts(): DateRequestOptions;
  /** Every row in the log, each as often as it was produced. */
  rows(): SettlementRow[];
  /** What a ledger would hold: of each natural key the last record. */
  ledger(): Map<string, SettlementRow>;
  dead(): { readonly text: string; readonly headers: Readonly<Record<string, string>> | undefined }[];
}

const opened: (() => void)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) close();
});

export const createLab = (rows: ReadRow[] = []): Lab => {
  const folder = mkdtempSync(join(tmpdir(), "jumun-poller-"));
  const store = createSqliteRunStore({ path: join(folder, "runs.sqlite") });
  opened.push(() => {
    void store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const source = createListSource(rows);
  const log = createMemoryLog();
  const events: PollEvent[] = [];
  const onEvent = (event: PollEvent) => void events.push(event);
  const recordsOf = (topic: string) => log.records.filter((one) => one.topic === topic);
  const lab: Lab = {
    ...{ source, log, store, events },
    parts: () => ({
      ...{ date: DATE, source, log, codec: jsonCodec, store, onEvent },
      ...{ pageSize: 3, concurrency: 1, emptyWaitMs: 0, leaseWaitMs: 0 },
    }),
    run: (changes = {}) => runDate({ ...lab.parts(), ...changes }),
    rows: () => recordsOf(ROWS_TOPIC).map(({ record }) => jsonCodec.decode(record.value) as SettlementRow),
    ledger: () => new Map(lab.rows().map((row) => [rowKeyOf(row), row])),
    dead: () =>
      recordsOf(DEAD_TOPIC).map(({ record }) => ({
        text: new TextDecoder().decode(record.value),
        headers: record.headers,
      })),
  };
  return lab;
};

/** What a ledger must hold of these rows. */
export const ledgerOf = (read: readonly ReadRow[]): Map<string, SettlementRow> =>
  new Map(read.flatMap((one) => (one.ok ? [[rowKeyOf(one.row), one.row] as const] : [])));
