/**
 * The poller whose memory is measured, alone in its process. Polls a day from the mock into Kafka, then one of as many
 * pages as 100 million rows have, of one row each, into nothing. Prints one line of JSON.
 *
 * Usage: memory-poller.ts <brokers> <url of the mock> <its secret key> <rows>
 */
import { type Static, Type } from "@sinclair/typebox";
import { createRowCodec } from "../../../settlement/avro/codec.ts";
import { createKafkaLog } from "../../../settlement/log.kafka.ts";
import { ROWS_TOPIC } from "../../../settlement/poller/mod.ts";
import { createTossSource } from "../../../settlement/source.toss.ts";
import { pollOnce } from "./poll-once.ts";
import { formulaSource } from "./rows.ts";
import { PARTITIONS } from "./topics.ts";

/** All memory in MB. */
export const PollerMemory = Type.Object({
  rowsPerSecond: Type.Number(),
  /** The system's own note of the most that was ever resident. */
  highest: Type.Number(),
  samples: Type.Array(Type.Object({ rows: Type.Number(), resident: Type.Number() })),
  /** What the day of many pages still held at its end, beside what was held before. */
  heldByPages: Type.Number(),
});
export type PollerMemory = Static<typeof PollerMemory>;

/** Of a day of 100 million rows. */
export const PAGES_A_DAY = 20_000;

const SAMPLE_MS = 250;
const MB = 1024 * 1024;

const poll = async ([brokers = "", baseUrl = "", secretKey = "", count = ""]: string[]): Promise<void> => {
  const rows = Number(count);
  const codec = await createRowCodec({ topic: ROWS_TOPIC });
  const log = createKafkaLog({ brokers: [brokers], partitions: PARTITIONS });
  const source = createTossSource({ baseUrl, secretKey });
  const samples: PollerMemory["samples"] = [];
  let read = 0;
  const sampling = setInterval(
    () => samples.push({ rows: read, resident: process.memoryUsage.rss() / MB }),
    SAMPLE_MS,
  );
  const took = await pollOnce({
    ...{ source, log, codec, rows },
    onEvent(event) {
      if (event.kind === "page") read = event.rows;
    },
  });
  clearInterval(sampling);
  // In KB.
  const highest = process.resourceUsage().maxRSS / 1024;
  await log.close();

  const held = () => {
    Bun.gc(true);
    return process.memoryUsage().heapUsed / MB;
  };
  const before = held();
  let after = before;
  await pollOnce({
    source: formulaSource(PAGES_A_DAY),
    log: { ...log, produce: async () => {} },
    // Checkpoints on disk would take as many fsyncs.
    ...{ codec, rows: PAGES_A_DAY, pageSize: 1, storePath: ":memory:" },
    onEvent(event) {
      // Nothing is under way, and all that a run remembers is there.
      if (event.kind === "pass") after = held();
    },
  });
  const memory: PollerMemory = {
    rowsPerSecond: (rows / took) * 1_000,
    highest,
    samples,
    heldByPages: after - before,
  };
  console.log(JSON.stringify(memory));
};

if (import.meta.main) {
  await poll(process.argv.slice(2));
  process.exit(0);
}
