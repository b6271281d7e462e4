import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { RecordLog, StoredRecord } from "../../settlement/ports.ts";
import { until } from "../failures/eventually.ts";
import { type LogWorld, logAdapters } from "./log-adapters.ts";
import { collector, keysOf, recordOf, someRecords, startHolder, textOf } from "./log-fixtures.ts";

describe.each(logAdapters.map((adapter) => [adapter.name, adapter] as const))(
  "log contract [%s]",
  (_, adapter) => {
    let world: LogWorld;
    let log: RecordLog;
    let topic: string;

    beforeEach(async () => {
      world = await adapter.create();
      topic = world.topic;
      log = await world.open();
    });
    afterEach(() => world.dispose());

    const consume = (
      handle: (records: readonly StoredRecord[]) => Promise<void>,
      { from = log, group = "ledger", maxBatch = 100 } = {},
    ) => from.consume({ topic, group: world.group(group), maxBatch }, handle);
    const lag = (group = "ledger", from = log) => from.lag(topic, world.group(group));
    test("produce_isThere_afterReopen", async () => {
      await log.produce(topic, someRecords(10));
      await log.close();
      const taken = collector();
      await consume(taken.handle, { from: await world.open() });
      await until("all came", () => taken.records.length === 10);
      expect(keysOf(taken.records)).toEqual(keysOf(someRecords(10)));
    });

    test("produce_isThere_producerKilledRightAfter", async () => {
      const producer = startHolder("produce", { place: world.place, topic, group: "" });
      expect(await producer.line()).toBe("produced");
      await producer.kill();
      const taken = collector();
      await consume(taken.handle);
      await until("all came", () => taken.records.length === 10);
      expect(keysOf(taken.records)).toEqual(keysOf(someRecords(10)));
    });

    test("produce_keepsRecordsAsTheyWere_oddKeysBytesAndHeaders", async () => {
      const record = {
        key: "결제-🧾-1",
        value: Uint8Array.from([0, 255, 0, 128, 10, 13, 0]),
        headers: { reason: "금액이 맞지 않음", empty: "" },
      };
      await log.produce(topic, [record, { key: "plain", value: new Uint8Array() }]);
      const taken = collector();
      await consume(taken.handle);
      await until("both came", () => taken.records.length === 2);
      const [odd, plain] = [...taken.records].sort((a, b) => a.value.length - b.value.length).reverse();
      expect(odd).toMatchObject({ key: record.key, headers: record.headers });
      expect(Uint8Array.from(odd?.value ?? [])).toEqual(record.value);
      expect(plain?.key).toBe("plain");
      expect(plain?.value.length).toBe(0);
      expect(plain).not.toHaveProperty("headers");
    });

    test("produce_keepsTheOrderOfAKey_severalCalls", async () => {
      const keys = Array.from({ length: 15 }, (_, index) => `payment-${index}`);
      for (let call = 0; call < 20; call++) {
        await log.produce(
          topic,
          keys.flatMap((key) => [recordOf(key, `${call * 2}`), recordOf(key, `${call * 2 + 1}`)]),
        );
      }
      const taken = collector();
      await consume(taken.handle);
      await until("all came", () => taken.records.length === 600);
      for (const key of keys) {
        const ofKey = taken.records.filter((record) => record.key === key);
        expect(ofKey.map(textOf)).toEqual(Array.from({ length: 40 }, (_, index) => `${index}`));
        expect(new Set(ofKey.map(({ partition }) => partition)).size).toBe(1);
      }
      // Each partition's offsets go up by one.
      for (const partition of new Set(taken.records.map((record) => record.partition))) {
        const offsets = taken.records.filter((record) => record.partition === partition);
        const first = Number(offsets[0]?.offset);
        expect(offsets.map(({ offset }) => offset)).toEqual(offsets.map((_, index) => `${first + index}`));
      }
    });

    test("produce_doesNothing_noRecords", async () => {
      await log.produce(topic, []);
      expect(await lag()).toBe(0);
    });

    test("produce_losesNothing_callsAtOnce", async () => {
      const calls = Array.from({ length: 8 }, (_, call) =>
        Array.from({ length: 200 }, (_, index) => recordOf(`key-${call}-${index}`, "")),
      );
      await Promise.all(calls.map((records) => log.produce(topic, records)));
      const taken = collector();
      await consume(taken.handle);
      await until("all came", () => taken.records.length === 1_600);
      expect(keysOf(taken.records)).toEqual(keysOf(calls.flat()));
    });

    test("close_waitsForWhatIsProduced_callUnderWay", async () => {
      const produced = log.produce(topic, someRecords(1_000));
      await log.close();
      await produced;
      expect(await lag("ledger", await world.open())).toBe(1_000);
    });

    test("consume_bringsWhatComesLater_emptyTopic", async () => {
      const taken = collector();
      await consume(taken.handle);
      await log.produce(topic, someRecords(3));
      await until("they came", () => taken.records.length === 3);
      await (await world.open()).produce(topic, [recordOf("of-another-process", "")]);
      await until("that too", () => taken.records.length === 4);
    });

    test("consume_bringsEverythingToEach_twoGroups", async () => {
      await log.produce(topic, someRecords(50));
      const [orders, accounting] = [collector(), collector()];
      await consume(orders.handle, { group: "orders" });
      await until("the first group has all", () => orders.records.length === 50);
      await until("and stored it", async () => (await lag("orders")) === 0);
      expect(await lag("accounting")).toBe(50);
      await consume(accounting.handle, { group: "accounting" });
      await until("the second group has all", () => accounting.records.length === 50);
      expect(keysOf(accounting.records)).toEqual(keysOf(orders.records));
    });

    test("consume_keepsToMaxBatch_manyRecords", async () => {
      const records = Array.from({ length: 20_000 }, (_, index) => ({
        key: `payment-${index}`,
        value: new Uint8Array(180).fill(index % 256),
      }));
      for (let begin = 0; begin < records.length; begin += 5_000) {
        await log.produce(topic, records.slice(begin, begin + 5_000));
      }
      expect(await lag()).toBe(20_000);
      const taken = collector();
      await consume(taken.handle, { maxBatch: 1_000 });
      await until("all came", () => taken.records.length >= 20_000);
      expect(Math.max(...taken.batches.map((batch) => batch.length))).toBeLessThanOrEqual(1_000);
      expect(keysOf(taken.records)).toEqual(keysOf(records));
      await until("all is stored", async () => (await lag()) === 0);
    });

    test("lag_isZero_topicOfNobody", async () => {
      expect(await log.lag(`${topic}-of-nobody`, world.group("ledger"))).toBe(0);
    });

    test("ready_resolves_logUp", async () => {
      expect(await log.ready()).toBeUndefined();
    });
  },
);
