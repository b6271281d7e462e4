/** Kafka → settlement ledger: rows a second into a ledger that has millions of rows, against one that has none. */
import { join } from "node:path";
import { startServers } from "../../../deploy/servers/mod.ts";
import { createRowCodec } from "../../../settlement/avro/codec.ts";
import { createSqliteLedgers } from "../../../settlement/ledgers.sqlite.ts";
import { createKafkaLog } from "../../../settlement/log.kafka.ts";
import { ROWS_TOPIC } from "../../../settlement/poller/mod.ts";
import type { Ledgers } from "../../../settlement/ports.ts";
import { benchFolder } from "../folder.ts";
import { report } from "../report.ts";
import { middleRound } from "../rounds.ts";
import { inBulks, loadTopic, produceRows, rateOf } from "./loading.ts";
import { rowAt } from "./rows.ts";
import { settingsOf } from "./settings.ts";
import { PARTITIONS, plainKafka } from "./topics.ts";

const ROUNDS = 3;
const LOADED_ROWS = 100_000;
const ROWS_A_DAY = 250_000;

const { full } = settingsOf();
const levels = full ? [1_000_000, 5_000_000] : [1_000_000];

const servers = await startServers({ kafka: true });
const brokers = servers.kafkaBrokers ?? "";
const parts = {
  kafka: plainKafka(brokers),
  log: createKafkaLog({ brokers: [brokers], partitions: PARTITIONS }),
  codec: await createRowCodec({ topic: ROWS_TOPIC }),
};

let files = 0;
const openLedgers = (): Ledgers => {
  files += 1;
  return createSqliteLedgers({ path: join(benchFolder(), `ledgers-${files}.sqlite`) });
};

/** Rows `from` to `to`, both of the ledger's whole life: so many of them a day, one day after the other. */
const fill = (ledgers: Ledgers, from: number, to: number): Promise<void> =>
  inBulks(from, to, (indexes) =>
    ledgers.upsertRows(indexes.map((index) => rowAt(index % ROWS_A_DAY, Math.floor(index / ROWS_A_DAY)))),
  );

const load = async (topic: string, ledgers: Ledgers, group: string): Promise<number> =>
  rateOf(await loadTopic(parts, { topic, group, ledgers, rows: LOADED_ROWS }));

/** A day that neither ledger has, first into an empty one and right after it into the full one. */
const round = async (day: number, ledgers: Ledgers) => {
  const topic = `bench.loader.${day}`;
  await produceRows(parts, { topic, day, to: LOADED_ROWS });
  const fresh = openLedgers();
  const empty = await load(topic, fresh, `bench-empty-${day}`);
  await fresh.close();
  return { empty, full: await load(topic, ledgers, `bench-full-${day}`) };
};

// The first group of a new Kafka waits until there is a place for its offsets.
const warmUp = openLedgers();
await round(0, warmUp);
await warmUp.close();

const ledgers = openLedgers();
let filled = 0;
let day = 1_000;
for (const level of levels) {
  await fill(ledgers, filled, level);
  filled = level;
  const rounds: Awaited<ReturnType<typeof round>>[] = [];
  for (let index = 0; index < ROUNDS; index += 1) {
    rounds.push(await round(day, ledgers));
    day += 1;
  }
  const middle = middleRound(rounds, (one) => one.full / one.empty);
  report({
    name: `Kafka → ledger with ${level.toLocaleString("en-US")} rows`,
    value: middle.full,
    unit: "rows/s",
    floor: { name: "an empty one", value: middle.empty },
    goal: { ratio: 0.8 },
    note: `settlement ledger in SQLite; ${LOADED_ROWS.toLocaleString("en-US")} rows of a new day, the middle one of ${ROUNDS} rounds`,
  });
}
await ledgers.close();
await parts.log.close();
await servers.stop();
process.exit(0);
