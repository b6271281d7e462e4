import type { Kafka } from "kafkajs";
import { drain, settlementLedger } from "../../../settlement/consumers/mod.ts";
import { DEAD_TOPIC } from "../../../settlement/poller/mod.ts";
import type { Ledgers, RecordLog, RowCodec } from "../../../settlement/ports.ts";
import { rowAt } from "./rows.ts";
import { makeTopics } from "./topics.ts";

/** Rows that are produced, or filled in, at once. */
export const BULK = 5_000;

export const inBulks = async (
  from: number,
  to: number,
  take: (indexes: number[]) => Promise<void>,
): Promise<void> => {
  for (let index = from; index < to; index += BULK) {
    await take(Array.from({ length: Math.min(BULK, to - index) }, (_, more) => index + more));
  }
};

export interface LoadingParts {
  readonly kafka: Kafka;
  readonly log: RecordLog;
  readonly codec: RowCodec;
}

/** Some rows of a day, by their indexes, in a topic of their own. */
export const produceRows = async (
  { kafka, log, codec }: LoadingParts,
  {
    topic,
    day,
    from = 0,
    to,
  }: {
    readonly topic: string;
    readonly day: number;
    readonly from?: number;
    readonly to: number;
  },
): Promise<void> => {
  await makeTopics(kafka, [topic]);
  await inBulks(from, to, (indexes) =>
    log.produce(
      topic,
      indexes.map((index) => {
        const row = rowAt(index, day);
        return { key: row.paymentKey, value: codec.encode(row) };
      }),
    ),
  );
};

/** How many rows were in the ledger when, in ms. The first one: the first batch came, and none was. */
export interface Mark {
  readonly loaded: number;
  readonly at: number;
}

/**
 * Runs the settlement department's loader over a topic until it has all of it: reading from Kafka between its batches
 * is part of the time, how long a group takes to form is not.
 */
export const loadTopic = async (
  { log, codec }: LoadingParts,
  {
    topic,
    group,
    ledgers,
    rows,
  }: {
    readonly topic: string;
    readonly group: string;
    readonly ledgers: Ledgers;
    readonly rows: number;
  },
): Promise<readonly Mark[]> => {
  const marks: Mark[] = [];
  let loaded = 0;
  const mark = () => marks.push({ loaded, at: performance.now() });
  const timed: RecordLog = {
    ...log,
    consume: (which, handle) =>
      log.consume(which, async (records) => {
        if (marks.length === 0) mark();
        await handle(records);
        loaded += records.length;
        mark();
      }),
  };
  await drain([
    {
      ...{ log: timed, codec, topic, group, deadTopic: DEAD_TOPIC },
      upsert: settlementLedger.upsert(ledgers),
    },
  ]);
  if (loaded !== rows) throw new Error(`${loaded} records were loaded of ${rows}.`);
  return marks;
};

/** Rows a second from the first mark to the last. */
export const rateOf = (marks: readonly Mark[]): number => {
  const [begin, end] = [marks[0], marks.at(-1)];
  if (!begin || !end || begin === end) throw new Error("Nothing was loaded.");
  return ((end.loaded - begin.loaded) / (end.at - begin.at)) * 1_000;
};
