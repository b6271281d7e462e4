import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRowCodec } from "../../settlement/avro/codec.ts";
import { createSchemaRegistry } from "../../settlement/avro/registry.ts";
import { departments, drain } from "../../settlement/consumers/mod.ts";
import { createMongoLedgers } from "../../settlement/ledgers.mongo.ts";
import { createSqliteLedgers } from "../../settlement/ledgers.sqlite.ts";
import { createKafkaLog } from "../../settlement/log.kafka.ts";
import { runDate } from "../../settlement/poller/mod.ts";
import type { AccountingTotals, Ledgers, RecordLog, RowCodec } from "../../settlement/ports.ts";
import { createSqliteRunStore } from "../../settlement/run-store.sqlite.ts";
import type { ClosableRunStore } from "../../settlement/run-store.ts";
import { createTossSource } from "../../settlement/source.toss.ts";
import { dropDatabase, mongodbUrl, uniqueDatabase } from "../contract/store-adapters.ts";
import { startTossMock, type TossMock } from "../toss/mod.ts";

const DAY = "2026-11-20";
const ROWS = 400;

const settingOf = (name: "KAFKA_BROKERS" | "SCHEMA_REGISTRY_URL"): string => {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`${name} is not set. \`bun run test\` starts the servers and sets it.`);
};

const sumOf = (totals: readonly AccountingTotals[], pick: (one: AccountingTotals) => number): number =>
  totals.reduce((sum, one) => sum + pick(one), 0);

describe("from Toss through Kafka and the registry to three ledgers", () => {
  const database = uniqueDatabase();
  /** The log is shared with other tests, so the topics are this test's own. */
  const prefix = `pipeline-${crypto.randomUUID().slice(0, 8)}.`;
  let folder: string;
  let mock: TossMock;
  let log: RecordLog;
  let codec: RowCodec;
  let runs: ClosableRunStore;
  let ledgers: Readonly<Record<"sqlite" | "mongodb", Ledgers>>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "jumun-pipeline-"));
    mock = await startTossMock();
    mock.settlements.generate({ paidOutDate: DAY, rows: ROWS });
    const kafka = createKafkaLog({ brokers: settingOf("KAFKA_BROKERS").split(","), partitions: 4 });
    log = {
      ...kafka,
      produce: (topic, records) => kafka.produce(prefix + topic, records),
      consume: (which, handle) => kafka.consume({ ...which, topic: prefix + which.topic }, handle),
      lag: (topic, group) => kafka.lag(prefix + topic, group),
    };
    const registry = createSchemaRegistry({ url: settingOf("SCHEMA_REGISTRY_URL") });
    codec = await createRowCodec({ topic: `${prefix}settlement.rows`, registry });
    runs = createSqliteRunStore({ path: join(folder, "runs.sqlite") });
    ledgers = {
      sqlite: createSqliteLedgers({ path: join(folder, "ledgers.sqlite") }),
      mongodb: await createMongoLedgers({ url: mongodbUrl(), database }),
    };
  });
  afterAll(async () => {
    await Promise.all([log.close(), runs.close(), ledgers.sqlite.close(), ledgers.mongodb.close()]);
    await dropDatabase(mongodbUrl(), database);
    await mock.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const poll = () => {
    const source = createTossSource({ baseUrl: mock.url, secretKey: mock.secretKey });
    return runDate({ date: DAY, source, log, codec, store: runs, pageSize: 150 });
  };
  const load = (name: "sqlite" | "mongodb") =>
    drain(
      departments.map(({ group, upsert }) => ({
        log,
        codec,
        topic: "settlement.rows",
        deadTopic: "settlement.dead",
        group: `${prefix}${name}.${group}`,
        upsert: upsert(ledgers[name]),
        maxBatch: 200,
      })),
    );
  const truth = () => mock.settlements.totals({ paidOutDate: DAY });

  test("eachLedgerHoldsEachRowOnce_polledWithATwiceServedRowAndA429", async () => {
    mock.settlements.arm({ kind: "rowTwice", page: 1 });
    mock.faults.next("getSettlements", { kind: "tooManyRequests" });
    expect((await poll()).run.status).toBe("complete");
    mock.settlements.disarm();
    expect((await poll()).run).toMatchObject({ status: "complete", totals: { rows: ROWS } });

    for (const name of ["sqlite", "mongodb"] as const) {
      await load(name);
      const accounting = await ledgers[name].accounting(DAY);
      expect({
        rows: sumOf(accounting, ({ rows }) => rows),
        amount: sumOf(accounting, ({ amount }) => amount),
        fee: sumOf(accounting, ({ fee }) => fee),
        payOutAmount: sumOf(accounting, ({ payOutAmount }) => payOutAmount),
      }).toEqual({
        rows: ROWS,
        amount: truth().amount,
        fee: truth().fee,
        payOutAmount: truth().payOutAmount,
      });
      const { rows } = await ledgers[name].rows(DAY, { limit: 5_000 });
      const wanted = [...mock.settlements.rows({ paidOutDate: DAY })].map((row) => row.transactionKey);
      expect(rows.map((row) => row.transactionKey).sort()).toEqual(wanted.sort());
    }
  });

  test("malformedRowIsPutAside_theOthersAreThere", async () => {
    mock.settlements.arm({ kind: "malformedRow", index: 7, flaw: "missing", field: "amount" });
    const { run } = await poll();
    mock.settlements.disarm();
    expect(run).toMatchObject({ status: "complete", totals: { rows: ROWS - 1, malformed: 1 } });
    const letters: string[] = [];
    const consumption = await log.consume(
      { topic: "settlement.dead", group: `${prefix}letters`, maxBatch: 10 },
      async (records) => {
        letters.push(...records.map(({ headers }) => `${headers?.source}: ${headers?.reason}`));
      },
    );
    while (letters.length === 0) await Bun.sleep(20);
    await consumption.stop();
    expect(letters[0]).toContain("poller");
    expect(letters[0]).toContain("amount");
  });
});
