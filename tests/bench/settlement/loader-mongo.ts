/**
 * Kafka → settlement ledger on MongoDB's protocol: rows a second of the last part of a day against its first. FerretDB
 * stands in for MongoDB's protocol, never for its speed: what this shows is that a row's cost does not grow.
 */
import { startServers } from "../../../deploy/servers/mod.ts";
import { createRowCodec } from "../../../settlement/avro/codec.ts";
import { createMongoLedgers } from "../../../settlement/ledgers.mongo.ts";
import { createKafkaLog } from "../../../settlement/log.kafka.ts";
import { ROWS_TOPIC } from "../../../settlement/poller/mod.ts";
import { report } from "../report.ts";
import { loadTopic, produceDay, rateBetween } from "./loading.ts";
import { settingsOf } from "./settings.ts";
import { PARTITIONS, plainKafka } from "./topics.ts";

/** Some hundred are written a second. */
const ROWS = settingsOf().full ? 50_000 : 20_000;
const WARM_UP_ROWS = 2_000;
/** Of its rows, the first and the last. */
const PART = ROWS / 5;

const servers = await startServers({ kafka: true, mongodb: true });
const [brokers, url] = [servers.kafkaBrokers ?? "", servers.mongodbUrl ?? ""];
const parts = {
  kafka: plainKafka(brokers),
  log: createKafkaLog({ brokers: [brokers], partitions: PARTITIONS }),
  codec: await createRowCodec({ topic: ROWS_TOPIC }),
};

/** A day into a ledger that has nothing. */
const load = async (day: number, rows: number) => {
  const ledgers = await createMongoLedgers({ url, database: `bench${day}` });
  const topic = await produceDay(parts, day, rows);
  const marks = await loadTopic(parts, { topic, group: `bench-${day}`, ledgers, rows });
  await ledgers.close();
  return marks;
};

await load(0, WARM_UP_ROWS);
const marks = await load(1, ROWS);
const count = (rows: number) => rows.toLocaleString("en-US");
report({
  name: `Kafka → ledger (FerretDB), last ${count(PART)} rows`,
  value: rateBetween(marks, ROWS - PART, ROWS),
  unit: "rows/s",
  floor: { name: `the first ${count(PART)} of ${count(ROWS)}`, value: rateBetween(marks, 0, PART) },
  goal: { ratio: 0.8 },
  note: "settlement ledger on MongoDB's protocol, FerretDB on PostgreSQL; the ratio counts, not the figure",
});
await parts.log.close();
await servers.stop();
process.exit(0);
