/**
 * Poll → Kafka: what the poller produces a second, against Kafka's own producer test with records of the same size.
 *
 * One thread makes the records and another one sends them, as in Kafka's test, so the slower of the two is the limit:
 * the first. Of its time (CPU profile) 31% are totals with their digest, 32% Avro, 7% making the row.
 */
import { startServers } from "../../../deploy/servers/mod.ts";
import { createRowCodec } from "../../../settlement/avro/codec.ts";
import { createKafkaLog, type KafkaClient } from "../../../settlement/log.kafka.ts";
import { ROWS_TOPIC } from "../../../settlement/poller/mod.ts";
import { recordsOf } from "../../../settlement/poller/records.ts";
import type { RecordLog } from "../../../settlement/ports.ts";
import { MAX_PAGE_SIZE } from "../../../settlement/source.toss.ts";
import { report } from "../report.ts";
import { middleRound } from "../rounds.ts";
import { type BareProducer, connectBareKafkajs, connectBarePlatformatic } from "./bare-producers.ts";
import { pollOnce } from "./poll-once.ts";
import { producerPerf } from "./producer-perf.ts";
import { formulaSource, PAID_OUT_DATE } from "./rows.ts";
import { settingsOf } from "./settings.ts";
import { threadTimes } from "./thread-times.ts";
import { countOf, makeTopics, PARTITIONS, plainKafka } from "./topics.ts";

const ROUNDS = 3;
const WARM_UP_ROWS = 50_000;
const PERF_TOPIC = "bench.perf";
const BARE_TOPIC = "bench.bare";
/** The first is the one that is used unless told otherwise. */
const CLIENTS: readonly KafkaClient[] = ["platformatic", "kafkajs"];
/** The scale to plan for, and the calls that it takes. */
const ROWS_A_DAY = 100_000_000;
const CALLS_A_DAY = ROWS_A_DAY / MAX_PAGE_SIZE;
/** As SETTLEMENT_CALLS_PER_SECOND has it when it is not set. */
const CALLS_A_SECOND = 5;

const { rows } = settingsOf();
const servers = await startServers({ kafka: true });
const brokers = servers.kafkaBrokers ?? "";
const logOf = (client: KafkaClient) => createKafkaLog({ brokers: [brokers], client, partitions: PARTITIONS });
const logs = { platformatic: logOf("platformatic"), kafkajs: logOf("kafkajs") };
const codec = await createRowCodec({ topic: ROWS_TOPIC });
const kafka = plainKafka(brokers);
await makeTopics(kafka, [ROWS_TOPIC, PERF_TOPIC, BARE_TOPIC]);
const bareProducers: Readonly<Record<KafkaClient, BareProducer>> = {
  platformatic: connectBarePlatformatic(brokers),
  kafkajs: await connectBareKafkajs(kafka),
};

const nowhere: RecordLog = { ...logs.platformatic, produce: async () => {} };

interface Polled {
  readonly rate: number;
  /** Of the time, how much a core worked for this process; its other threads (collector, compiler) count too. */
  readonly busy: number;
  /** Processor time of a row, in µs: what else the machine does hardly touches it. */
  readonly cost: number;
  /** Of it, that of the thread that makes records and of the one that sends them; the rest is Bun's own threads. */
  readonly making: number;
  readonly sending: number;
}

const poll = async (to: RecordLog, count: number): Promise<Polled> => {
  const before = process.cpuUsage();
  const threadsBefore = threadTimes();
  const tookMs = await pollOnce({ source: formulaSource(count), log: to, codec, rows: count });
  const { user, system } = process.cpuUsage(before);
  const cost = (user + system) / count;
  const threads = threadTimes();
  return {
    ...{ rate: (count / tookMs) * 1_000, busy: (cost * count) / 1_000 / tookMs, cost },
    making: (threads.main - threadsBefore.main) / count,
    sending: (threads.workers - threadsBefore.workers) / count,
  };
};

/** The same records, page by page. `bytes`: of keys and values. */
const bare = async (
  producer: BareProducer,
  count: number,
): Promise<{ readonly rate: number; readonly bytes: number }> => {
  const source = formulaSource(count);
  let [took, bytes] = [0, 0];
  for (let page = 1; ; page += 1) {
    const read = await source.page(PAID_OUT_DATE, page, MAX_PAGE_SIZE);
    if (read.length === 0) return { rate: (count / took) * 1_000, bytes };
    const records = recordsOf(read, codec, { date: PAID_OUT_DATE, page }).rows;
    for (const { key, value } of records) bytes += key.length + value.byteLength;
    took += await producer.send(BARE_TOPIC, records);
  }
};

const ofEach = async <T>(measure: (client: KafkaClient) => Promise<T>): Promise<Record<KafkaClient, T>> => ({
  platformatic: await measure("platformatic"),
  kafkajs: await measure("kafkajs"),
});

/** All measured one right after the other, so that what else the machine does touches them alike. */
const round = async (count: number) => {
  const polled = await ofEach((client) => poll(logs[client], count));
  const alone = await ofEach((client) => bare(bareProducers[client], count));
  const recordBytes = Math.round(alone.kafkajs.bytes / count);
  const perf = await producerPerf({
    ...{ brokers, topic: PERF_TOPIC, recordBytes },
    ...{ records: count, warmUp: WARM_UP_ROWS },
  });
  return { polled, alone, without: await poll(nowhere, count), perf, recordBytes };
};

// The broker and this process are compiled while they run; what is measured comes after that.
await ofEach((client) => poll(logs[client], WARM_UP_ROWS));
await ofEach((client) => bare(bareProducers[client], WARM_UP_ROWS));
const rounds: Awaited<ReturnType<typeof round>>[] = [];
for (let index = 0; index < ROUNDS; index += 1) rounds.push(await round(rows));

// What was measured must be there, or it was not worth measuring.
const there = await countOf(kafka, ROWS_TOPIC);
const produced = CLIENTS.length * (WARM_UP_ROWS + ROUNDS * rows);
if (there !== produced) throw new Error(`The topic has ${there} records; ${produced} were produced.`);

const { polled, alone, without, perf, recordBytes } = middleRound(
  rounds,
  (one) => one.polled.platformatic.rate / one.perf,
);
const floor = { name: "Kafka's producer test", value: perf };
const unit = "rows/s";
const costOf = ({ busy, cost, making, sending }: Polled) =>
  `${Math.round(busy * 100)}% of a core, ${cost.toFixed(1)} µs of processor time a row: ${making.toFixed(1)} in the ` +
  `thread that makes them, ${sending.toFixed(1)} in the one that sends them`;
report({
  ...{ name: "poll → Kafka", value: polled.platformatic.rate, unit, floor, goal: { ratio: 0.6 } },
  note:
    `by @platformatic/kafka; ${rows.toLocaleString("en-US")} rows of ${recordBytes} B with their key, ${PARTITIONS} ` +
    "partitions, acks=all; rows made in process, no HTTP; the pass that produces, not the one that verifies; " +
    costOf(polled.platformatic),
});
report({
  ...{ name: "  by kafkajs", value: polled.kafkajs.rate, unit, floor },
  note: `KAFKA_CLIENT=kafkajs; ${costOf(polled.kafkajs)}`,
});
for (const client of CLIENTS) {
  report({
    ...{ name: `  ${client} alone, the same records`, value: alone[client].rate, unit, floor },
    note: "one producer; its messages made before",
  });
}
report({
  ...{ name: "  the poller into nothing", value: without.rate, unit, floor },
  note: `rows made, totals, Avro, checkpoints; ${costOf(without)}`,
});
const rate = polled.platformatic.rate;
report({
  name: `${ROWS_A_DAY.toLocaleString("en-US")} rows a day at this rate`,
  value: ROWS_A_DAY / rate / 60,
  unit: "min",
  floor: {
    name: `${CALLS_A_DAY.toLocaleString("en-US")} calls at ${CALLS_A_SECOND} a second, min`,
    value: CALLS_A_DAY / CALLS_A_SECOND / 60,
  },
  note: "one pass",
});
for (const client of CLIENTS) {
  await bareProducers[client].close();
  await logs[client].close();
}
await servers.stop();
process.exit(0);
