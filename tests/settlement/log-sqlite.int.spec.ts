import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSqliteLog, type SqliteLog } from "../../settlement/log.sqlite.ts";
import { until } from "../failures/eventually.ts";
import { collector, recordOf, rejection, someRecords, startHolder, textOf } from "./log-fixtures.ts";

const topic = "rows";
const group = "ledger";

describe("embedded record log", () => {
  let folder: string;
  let path: string;
  const opened: SqliteLog[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "jumun-log-"));
    path = join(folder, "log.sqlite");
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((log) => log.close()));
    await rm(folder, { recursive: true, force: true });
  });

  const open = async (leaseMs = 600): Promise<SqliteLog> => {
    const backoff = { firstMs: 10, longestMs: 50 };
    const log = await createSqliteLog({ path, partitions: 4, leaseMs, pollMs: 5, backoff });
    opened.push(log);
    return log;
  };

  test("consume_isOneAtATime_twoProcessesOfAGroup", async () => {
    const [one, other] = [await open(), await open()];
    let running = 0;
    let most = 0;
    const taken = collector();
    const handle = async (records: Parameters<typeof taken.handle>[0]) => {
      running += 1;
      most = Math.max(most, running);
      await Bun.sleep(2);
      await taken.handle(records);
      running -= 1;
    };
    const first = await one.consume({ topic, group, maxBatch: 10 }, handle);
    await other.consume({ topic, group, maxBatch: 10 }, handle);
    await one.produce(topic, someRecords(200));
    await until("some came", () => taken.records.length >= 50);
    await first.stop();
    await other.produce(topic, [recordOf("after", "")]);
    await until("the other took over", async () => (await other.lag(topic, group)) === 0);
    expect(most).toBe(1);
    expect(taken.records.length).toBe(201);
  });

  test("consume_keepsItsGroup_batchLastsLongerThanTheLease", async () => {
    const [one, other] = [await open(300), await open(300)];
    await one.produce(topic, someRecords(10));
    const [slow, quick] = [collector(), collector()];
    const gate = Promise.withResolvers<void>();
    await one.consume({ topic, group, maxBatch: 10 }, async (records) => {
      await gate.promise;
      await slow.handle(records);
    });
    await Bun.sleep(30);
    await other.consume({ topic, group, maxBatch: 10 }, quick.handle);
    await Bun.sleep(1_000);
    expect(quick.records).toEqual([]);
    gate.resolve();
    await until("it is handled", async () => (await one.lag(topic, group)) === 0);
    expect(slow.records.length).toBe(10);
  });

  test("consume_storesNothing_leaseWentToAnotherMeanwhile", async () => {
    const log = await open();
    await log.produce(topic, [recordOf("one", "a")]);
    const tries: string[] = [];
    const file = new Database(path);
    await log.consume({ topic, group, maxBatch: 10 }, async (records) => {
      tries.push(records.map(textOf).join());
      if (tries.length > 1) return;
      // As if this process had slept for longer than its lease.
      file.run("UPDATE leases SET owner = 'another', until = ?", [Date.now() + 500]);
    });
    await until("it was tried", () => tries.length === 1);
    await Bun.sleep(100);
    expect(await log.lag(topic, group)).toBe(1);
    expect(tries).toEqual(["a"]);
    await until("it came again", async () => (await log.lag(topic, group)) === 0);
    expect(tries).toEqual(["a", "a"]);
    file.close();
  });

  test("produce_isThereWholeOrNotAtAll_killedInTheMidst", async () => {
    const page = 2_000;
    const holder = startHolder("produceForEver", {
      place: { adapter: "sqlite", path },
      topic,
      group: `${page}`,
    });
    let acknowledged = 0;
    while (acknowledged < 5) acknowledged = Number(await holder.line());
    await holder.kill();
    const log = await open();
    const taken = collector();
    await log.consume({ topic, group, maxBatch: 5_000 }, taken.handle);
    await until("all came", async () => (await log.lag(topic, group)) === 0);
    const pages = Map.groupBy(taken.records, textOf);
    for (const records of pages.values()) expect(records.length).toBe(page);
    expect(pages.size).toBeGreaterThanOrEqual(acknowledged);
  });

  test("trim_removesWhatAllHaveHandled_andNothingElse", async () => {
    const log = await open();
    await log.produce(topic, someRecords(100));
    expect(await log.trim(topic, Date.now() + 1)).toBe(0);

    const [orders, ledger] = [collector(), collector()];
    const first = await log.consume({ topic, group: "orders", maxBatch: 10 }, orders.handle);
    await until("one group has all", async () => (await log.lag(topic, "orders")) === 0);
    await first.stop();
    const second = await log.consume({ topic, group: "ledger", maxBatch: 10 }, async (records) => {
      await ledger.handle(records);
      if (ledger.records.length >= 30) void second.stop();
    });
    await second.ended;
    const handled = 100 - (await log.lag(topic, "ledger"));

    expect(await log.trim(topic, Date.now() - 60_000)).toBe(0);
    expect(await log.trim(topic, Date.now() + 1)).toBe(handled);
    expect(await log.lag(topic, "ledger")).toBe(100 - handled);
    await log.consume({ topic, group: "ledger", maxBatch: 10 }, ledger.handle);
    await until("the rest came", async () => (await log.lag(topic, "ledger")) === 0);
    expect(new Set(ledger.records.map(({ key }) => key)).size).toBe(100);
  });

  test("trim_givesOutNoOffsetTwice_everythingRemoved", async () => {
    const log = await open();
    const taken = collector();
    await log.consume({ topic, group, maxBatch: 10 }, taken.handle);
    await log.produce(topic, [recordOf("one", "before")]);
    await until("it came", async () => (await log.lag(topic, group)) === 0);
    expect(await log.trim(topic, Date.now() + 1)).toBe(1);
    await log.produce(topic, [recordOf("one", "after")]);
    await until("the next came", () => taken.records.length === 2);
    expect(taken.records.map(({ offset }) => offset)).toEqual(["0", "1"]);
    // A group that begins now has what is left.
    const late = collector();
    await log.consume({ topic, group: "late", maxBatch: 10 }, late.handle);
    await until("it came", () => late.records.length === 1);
    expect(late.records.map(textOf)).toEqual(["after"]);
  });

  test("produce_removesWhatWasKeptForLongEnough_keepMsPassed", async () => {
    const log = await createSqliteLog({ path, partitions: 4, pollMs: 5, keepMs: 50 });
    opened.push(log);
    const taken = collector();
    await log.consume({ topic, group, maxBatch: 100 }, taken.handle);
    await log.produce(topic, someRecords(100));
    await until("all is handled", async () => (await log.lag(topic, group)) === 0);
    const file = new Database(path);
    const stored = () =>
      file.query<{ count: number }, []>("SELECT count(*) AS count FROM records").get()?.count;
    expect(stored()).toBe(100);
    await Bun.sleep(60);
    // Within a minute of the last look nothing is looked for; a new process looks.
    const next = await createSqliteLog({ path, keepMs: 50 });
    opened.push(next);
    await next.produce(topic, [recordOf("new", "")]);
    expect(stored()).toBe(1);
    file.close();
  });

  test("createSqliteLog_keepsPartitions_openedWithAnotherNumber", async () => {
    await (await open()).produce(topic, someRecords(100));
    const log = await createSqliteLog({ path, partitions: 16 });
    opened.push(log);
    await log.produce(topic, someRecords(100));
    const taken = collector();
    await log.consume({ topic, group, maxBatch: 500 }, taken.handle);
    await until("all came", () => taken.records.length === 200);
    expect(Math.max(...taken.records.map(({ partition }) => partition))).toBe(3);
  });

  test("createSqliteLog_isRefused_fileThatIsNoDatabase", async () => {
    await writeFile(path, "this is no database, and long enough to be taken for one".repeat(100));
    expect(await rejection(createSqliteLog({ path }))).toMatchObject({ code: "STORE_CORRUPT" });
    const under = join(path, "log.sqlite");
    expect(await rejection(createSqliteLog({ path: under }))).toMatchObject({ code: "LOG_UNAVAILABLE" });
  });
});
