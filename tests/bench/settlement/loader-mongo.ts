/**
 * Kafka → settlement ledger on MongoDB's protocol: rows a second of a day's last part, and how much its first part was
 * quicker, each against bare bulk upserts of the same documents. FerretDB stands in for MongoDB's protocol, never for
 * its speed: it looks through the whole collection for each upsert, so that its own fall is the floor of ours.
 */
import { MongoClient } from "mongodb";
import { startServers } from "../../../deploy/servers/mod.ts";
import { createRowCodec } from "../../../settlement/avro/codec.ts";
import { createMongoLedgers } from "../../../settlement/ledgers.mongo.ts";
import { createKafkaLog } from "../../../settlement/log.kafka.ts";
import { ROWS_TOPIC } from "../../../settlement/poller/mod.ts";
import { rowKeyOf, type SettlementRow } from "../../../settlement/row.ts";
import { report } from "../report.ts";
import { loadTopic, type Mark, produceRows, rateOf } from "./loading.ts";
import { rowAt } from "./rows.ts";
import { settingsOf } from "./settings.ts";
import { PARTITIONS, plainKafka } from "./topics.ts";

/** Some hundred are written a second. */
const ROWS = settingsOf().full ? 50_000 : 20_000;
/** A part is loaded, then the same one is written bare, so that what else the machine does touches them alike. */
const PART = ROWS / 5;
const WARM_UP_ROWS = 1_000;

const servers = await startServers({ kafka: true, mongodb: true });
const [brokers, url] = [servers.kafkaBrokers ?? "", servers.mongodbUrl ?? ""];
const parts = {
  kafka: plainKafka(brokers),
  log: createKafkaLog({ brokers: [brokers], partitions: PARTITIONS }),
  codec: await createRowCodec({ topic: ROWS_TOPIC }),
};

interface Bare extends SettlementRow {
  readonly _id: string;
}

const client = new MongoClient(url);

/** The same rows in bulks of the same sizes, and nothing of ours: no days, no index but `_id`, no Kafka, no Avro. */
const writeBare = async (day: number, begin: number, like: readonly Mark[]): Promise<readonly Mark[]> => {
  const collection = client
    .db(`bench-bare${day}`)
    .collection<Bare>("rows", { writeConcern: { w: "majority", journal: true } });
  const marks: Mark[] = [{ loaded: 0, at: performance.now() }];
  for (const { loaded } of like.slice(1)) {
    const before = marks.at(-1)?.loaded ?? 0;
    const operations = Array.from({ length: loaded - before }, (_, index) => {
      const row = rowAt(begin + before + index, day);
      return { replaceOne: { filter: { _id: rowKeyOf(row) }, replacement: row, upsert: true } };
    });
    await collection.bulkWrite(operations, { ordered: false });
    marks.push({ loaded, at: performance.now() });
  }
  return marks;
};

/** A day into a ledger that has nothing, part by part: rows a second of each. */
const measure = async (day: number, rows: number, part: number) => {
  const ledgers = await createMongoLedgers({ url, database: `bench${day}` });
  const rates: { readonly ours: number; readonly bare: number }[] = [];
  for (let from = 0; from < rows; from += part) {
    const topic = `bench.loader.${day}.${from}`;
    await produceRows(parts, { topic, day, from, to: from + part });
    const marks = await loadTopic(parts, { topic, group: topic, ledgers, rows: part });
    rates.push({ ours: rateOf(marks), bare: rateOf(await writeBare(day, from, marks)) });
  }
  await ledgers.close();
  return rates;
};

await measure(0, WARM_UP_ROWS, WARM_UP_ROWS);
const rates = await measure(1, ROWS, PART);
const [first, last] = [rates[0], rates.at(-1)];
if (!first || !last) throw new Error("Nothing was measured.");
const count = (rows: number) => rows.toLocaleString("en-US");
report({
  ...{ name: `Kafka → ledger (FerretDB), last ${count(PART)} rows`, value: last.ours, unit: "rows/s" },
  floor: { name: "bare bulk upserts of them", value: last.bare },
  note: `of ${count(ROWS)}; settlement ledger on MongoDB's protocol, FerretDB on PostgreSQL: no measure of MongoDB's speed`,
});
report({
  ...{ name: `  of the rate of the first ${count(PART)}`, value: (last.ours / first.ours) * 100, unit: "%" },
  floor: { name: "what bare upserts keep, %", value: (last.bare / first.bare) * 100 },
  goal: { ratio: 0.8 },
  note: `part by part, ours and bare: ${rates.map(({ ours, bare }) => `${Math.round(ours)} / ${Math.round(bare)}`).join(", ")}`,
});
await client.close();
await parts.log.close();
await servers.stop();
process.exit(0);
