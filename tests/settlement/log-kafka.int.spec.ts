import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { type ServerHandle, startKafka } from "../../deploy/servers/mod.ts";
import { freePort } from "../../deploy/servers/ports.ts";
import { createKafkaLog, type KafkaLogOptions } from "../../settlement/log.kafka.ts";
import type { RecordLog } from "../../settlement/ports.ts";
import { plainKafka } from "../bench/settlement/topics.ts";
import { until } from "../failures/eventually.ts";
import { uniqueName } from "./log-adapters.ts";
import { collector, keysOf, recordOf, rejection, someRecords, textOf } from "./log-fixtures.ts";

/** Starting a broker, on a busy machine. */
const START_MS = 120_000;
const withTimeout = { timeout: START_MS };

/** A broker of its own, since these tests kill it. */
let kafka: ServerHandle;
beforeAll(async () => {
  kafka = await startKafka();
}, START_MS);
afterAll(() => kafka.stop(), START_MS);

let topic: string;
let group: string;
const opened: RecordLog[] = [];
beforeEach(() => {
  topic = uniqueName();
  group = `${topic}-ledger`;
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((log) => log.close()));
}, START_MS);

const open = (options: Partial<KafkaLogOptions> = {}): RecordLog => {
  const backoff = { firstMs: 20, longestMs: 500 };
  const log = createKafkaLog({
    ...{ brokers: [kafka.url], partitions: 4, sessionMs: 3_000, rebalanceMs: 20_000, backoff },
    ...options,
  });
  opened.push(log);
  return log;
};

/** Whether the group has handled everything. While the broker comes back it is not known, which is a no. */
const isStored = (log: RecordLog): Promise<boolean> =>
  log.lag(topic, group).then(
    (lag) => lag === 0,
    () => false,
  );

/** Stops the broker where it stands. Until all of its threads have stopped, it would answer. */
const pauseBroker = async (): Promise<void> => {
  await kafka.kill("SIGSTOP");
  await until("the broker stands still", async () =>
    /^State:\s+T/m.test(await Bun.file(`/proc/${kafka.pid}/status`).text()),
  );
};

/** How many records stand in the topic, whoever has read them. */
const countIn = (log: RecordLog): Promise<number> => log.lag(topic, uniqueName());

describe("a group that is shared out anew", () => {
  test("consume_losesNothing_memberJoinsWhileABatchIsHandled", async () => {
    const [log, other] = [open(), open()];
    await log.produce(topic, someRecords(400));
    const [slow, quick] = [collector(), collector()];
    const gate = Promise.withResolvers<void>();
    let began = false;
    await log.consume({ topic, group, maxBatch: 20 }, async (records) => {
      if (!began) {
        began = true;
        await gate.promise;
      }
      await slow.handle(records);
    });
    await until("the first batch is in hand", () => began);
    await other.consume({ topic, group, maxBatch: 20 }, quick.handle);
    // Longer than the session: only its heartbeats keep the first member in.
    await Bun.sleep(5_000);
    gate.resolve();
    await until("the second member has a share", async () => {
      await log.produce(topic, [recordOf(`later-${Math.random()}`, "")]);
      return quick.records.length > 0;
    });
    await until("all is handled", () => isStored(log));
    const all = [...slow.records, ...quick.records];
    expect(new Set(all.map(({ key }) => key)).size).toBe(await countIn(log));
    // The batch in hand was finished and stored before the partitions changed hands, so nothing came twice.
    expect(all.length).toBe(await countIn(log));
  });

  test("consume_losesNothing_batchLastsLongerThanTheGroupWaits", async () => {
    const [log, other] = [open({ rebalanceMs: 4_000 }), open({ rebalanceMs: 4_000 })];
    await log.produce(topic, someRecords(200));
    const [slow, quick] = [collector(), collector()];
    const gate = Promise.withResolvers<void>();
    let began = false;
    await log.consume({ topic, group, maxBatch: 50 }, async (records) => {
      if (!began) {
        began = true;
        await gate.promise;
      }
      await slow.handle(records);
    });
    await until("the first batch is in hand", () => began);
    await other.consume({ topic, group, maxBatch: 50 }, quick.handle);
    await until("the second member was given everything", () => isStored(log));
    expect(keysOf(quick.records)).toEqual(keysOf(someRecords(200)));
    gate.resolve();

    // The first member handled its batch in vain, and takes part again.
    const before = slow.records.length;
    await until("the first member has a share again", async () => {
      await log.produce(topic, [recordOf(`later-${Math.random()}`, "")]);
      return slow.records.length > before + 50 || slow.records.some(({ key }) => key.startsWith("later-"));
    });
    await until("all is handled", () => isStored(log));
    const keys = new Set([...slow.records, ...quick.records].map(({ key }) => key));
    expect(keys.size).toBe(await countIn(log));
  });
});

describe.each(["platformatic", "kafkajs"] as const)("a broker that goes away, %s produces", (client) => {
  test(
    "produce_losesAndDoublesNothing_brokerKilledMidRun",
    async () => {
      const log = open({ client, retries: 40 });
      const taken = collector();
      await log.consume({ topic, group, maxBatch: 500 }, taken.handle);
      const pages = Array.from({ length: 40 }, (_, page) =>
        Array.from({ length: 500 }, (_, index) => recordOf(`key-${page}-${index}`, `${page}`)),
      );
      let restarting: Promise<void> | undefined;
      for (const [page, records] of pages.entries()) {
        if (page === 10) {
          // In the midst of what is being sent.
          restarting = Bun.sleep(2).then(async () => {
            await kafka.kill();
            await Bun.sleep(500);
            await kafka.restart();
          });
        }
        await log.produce(topic, records);
      }
      await restarting;
      // Each was acknowledged, and none stands there twice although requests were sent again.
      expect(await countIn(log)).toBe(20_000);
      await until("all is handled", () => isStored(log));
      expect(new Set(taken.records.map(({ key }) => key)).size).toBe(20_000);
    },
    withTimeout,
  );

  test(
    "produce_takesTheNextRecords_afterOneWhoseEndIsUnknown",
    async () => {
      const log = open({
        ...{ client, retries: 1, requestTimeoutMs: 1_500, connectTimeoutMs: 500, partitions: 1 },
      });
      await log.produce(topic, [recordOf("one", "before")]);

      // The request reaches the broker, which answers only once the producer has given up.
      await pauseBroker();
      const gaveUp = await rejection(log.produce(topic, [recordOf("one", "unknown")]));
      await kafka.kill("SIGCONT");
      expect(gaveUp).toMatchObject({ code: "LOG_UNAVAILABLE", retryable: true });
      await until("the broker answers again", () =>
        log.ready().then(
          () => true,
          () => false,
        ),
      );

      // As many records as the one before: the same producer's next would be taken for that one again, and dropped.
      await log.produce(topic, [recordOf("one", "after")]);
      const taken = collector();
      await log.consume({ topic, group, maxBatch: 100 }, taken.handle);
      await until("all came", () => isStored(log));
      const values = taken.records.map(textOf);
      expect(values.filter((value) => value !== "unknown")).toEqual(["before", "after"]);
    },
    withTimeout,
  );

  test(
    "produce_doublesNothing_answersComeTooLate",
    async () => {
      const log = open({ client, retries: 40, requestTimeoutMs: 1_000 });
      await log.produce(topic, someRecords(100));
      await pauseBroker();
      // Each of its tries reaches the broker, which will find all of them at once.
      const late = log.produce(topic, someRecords(1_000));
      await Bun.sleep(3_500);
      await kafka.kill("SIGCONT");
      await late;
      await log.produce(topic, someRecords(100));
      expect(await countIn(log)).toBe(1_200);
    },
    withTimeout,
  );

  test(
    "everything_isUnavailable_noBrokerThere",
    async () => {
      const log = open({ client, brokers: [`127.0.0.1:${await freePort()}`], retries: 2 });
      const calls = [
        log.produce(topic, someRecords(1)),
        log.consume({ topic, group, maxBatch: 1 }, async () => {}),
        log.lag(topic, group),
        log.ready(),
      ];
      for (const refusal of await Promise.all(calls.map((call) => rejection(call)))) {
        expect(refusal).toMatchObject({ code: "LOG_UNAVAILABLE", retryable: true });
        expect(String(refusal)).toContain("KAFKA_BROKERS");
      }
    },
    withTimeout,
  );
});

describe("consumers of a broker that goes away", () => {
  test(
    "consume_goesOn_brokerKilledAndRestarted",
    async () => {
      const log = open({ retries: 40 });
      const taken = collector();
      await log.consume({ topic, group, maxBatch: 100 }, taken.handle);
      await log.produce(topic, someRecords(10));
      await until("they came", () => taken.records.length === 10);
      await kafka.kill();
      await Bun.sleep(3_000);
      await kafka.restart();
      await log.produce(topic, [recordOf("after", "")]);
      await until("what came later came", () => taken.records.some(({ key }) => key === "after"));
      await until("it is stored", () => isStored(log));
    },
    withTimeout,
  );
});

describe.each(["platformatic", "kafkajs"] as const)("records of any size, %s produces", (client) => {
  test("produce_takesAll_largerTogetherThanOneRequest", async () => {
    const log = open({ client, partitions: 1 });
    const large = Array.from({ length: 6 }, (_, index) => ({
      ...{ key: `key-${index}`, value: new Uint8Array(400_000).fill(index) },
    }));
    await log.produce(topic, large);
    const taken = collector();
    await log.consume({ topic, group, maxBatch: 100 }, taken.handle);
    await until("all came", () => taken.records.length === large.length);
    expect(taken.records.map(({ value }) => [value.length, value[0]])).toEqual(
      large.map(({ value }) => [value.length, value[0]]),
    );
  });

  test("produce_refusesAllOfThem_oneIsLargerThanKafkaTakes", async () => {
    const log = open({ client });
    await log.produce(topic, someRecords(1));
    const refusal = await rejection(
      log.produce(topic, [...someRecords(10), { key: "huge", value: new Uint8Array(1_000_000) }]),
    );
    expect(refusal).toMatchObject({ code: "CONFIG_INVALID", retryable: false });
    expect(String(refusal)).toContain("huge");
    expect(await countIn(log)).toBe(1);
  });

  test("produce_isUnavailable_topicTakesNoRecordOfThatSize", async () => {
    const admin = plainKafka(kafka.url).admin();
    await admin.connect();
    const configEntries = [{ name: "max.message.bytes", value: "1000" }];
    await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }] });
    await admin.disconnect();
    const log = open({ client, retries: 2 });
    const refusal = await rejection(log.produce(topic, [{ key: "one", value: new Uint8Array(5_000) }]));
    expect(refusal).toMatchObject({ code: "LOG_UNAVAILABLE" });
    // What comes after it is taken.
    await log.produce(topic, someRecords(5));
    expect(await countIn(log)).toBe(5);
  });
});

describe("partitions", () => {
  test("produce_choosesTheSamePartitionForAKey_eitherClientAndKafkajsItself", async () => {
    const records = someRecords(300);
    const logs = [open({ client: "platformatic", partitions: 7 }), open({ client: "kafkajs" })];
    for (const log of logs) await log.produce(topic, records);
    // With kafkajs' own choice, which is that of Java's clients.
    const plain = plainKafka(kafka.url).producer();
    await plain.connect();
    await plain.send({ topic, messages: records.map(({ key }) => ({ key, value: "" })) });
    await plain.disconnect();

    const taken = collector();
    await logs[0]?.consume({ topic, group, maxBatch: 1_000 }, taken.handle);
    await until("all came", () => taken.records.length === 900);
    const places = new Set(taken.records.map(({ key, partition }) => `${key} ${partition}`));
    expect(places.size).toBe(300);
    expect(new Set(taken.records.map(({ partition }) => partition)).size).toBe(7);
  });
});
