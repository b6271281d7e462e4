import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { TerminalSettlementError } from "../../settlement/errors.ts";
import type { RecordLog, StoredRecord } from "../../settlement/ports.ts";
import { until } from "../failures/eventually.ts";
import { type LogWorld, logAdapters } from "./log-adapters.ts";
import { collector, keysOf, recordOf, rejection, someRecords, startHolder, textOf } from "./log-fixtures.ts";

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
    test("consume_storesOffsets_onlyWhenHandled", async () => {
      await log.produce(topic, [recordOf("one", ""), recordOf("one", "")]);
      const gate = Promise.withResolvers<void>();
      let began = 0;
      await consume(async (records) => {
        began += records.length;
        await gate.promise;
      });
      await until("the handler has them", () => began === 2);
      await Bun.sleep(300);
      expect(await lag()).toBe(2);
      gate.resolve();
      await until("they are stored", async () => (await lag()) === 0);
    });

    test("consume_bringsTheSameAgain_handlerRejects", async () => {
      await log.produce(
        topic,
        Array.from({ length: 5 }, (_, index) => recordOf("one", `${index}`)),
      );
      const tries: string[] = [];
      await consume(async (records) => {
        tries.push(records.map(textOf).join());
        if (tries.length < 4) throw new Error("the database is away");
      });
      await until("it was taken", async () => (await lag()) === 0);
      expect(tries).toEqual(["0,1,2,3,4", "0,1,2,3,4", "0,1,2,3,4", "0,1,2,3,4"]);
    });

    test("consume_goesOnWhereItEnded_reopened", async () => {
      await log.produce(topic, someRecords(40));
      const first = collector();
      const consumption = await consume(first.handle, { maxBatch: 10 });
      await until("the first half came", () => first.records.length >= 20);
      await consumption.stop();
      await consumption.ended;
      await log.close();

      const reopened = await world.open();
      await reopened.produce(topic, [recordOf("later", "")]);
      const second = collector();
      await consume(second.handle, { from: reopened });
      await until("the rest came", async () => (await lag("ledger", reopened)) === 0);
      // What was handled is stored, since it ended in good order: nothing comes twice.
      expect(keysOf([...first.records, ...second.records])).toEqual(
        keysOf([...someRecords(40), recordOf("later", "")]),
      );
    });

    test("consume_goesOnWhereAnotherEnded_sameProcess", async () => {
      const taken = collector();
      const turns = [log, await world.open(), log];
      for (const [turn, from] of turns.entries()) {
        await log.produce(topic, [recordOf("one", `${turn}`)]);
        const consumption = await consume(taken.handle, { from });
        await until("it came", async () => (await lag()) === 0);
        await consumption.stop();
      }
      expect(taken.records.map(textOf)).toEqual(["0", "1", "2"]);
    });

    test("consume_bringsThemAgain_consumerKilledBeforeItStored", async () => {
      await log.produce(
        topic,
        Array.from({ length: 7 }, (_, index) => recordOf("one", `${index}`)),
      );
      const holder = startHolder("hold", { place: world.place, topic, group: world.group("ledger") });
      const wrote: unknown = JSON.parse(await holder.line());
      expect(wrote).toEqual(["one", "one", "one", "one", "one", "one", "one"]);
      await holder.kill();
      expect(await lag()).toBe(7);
      const taken = collector();
      await consume(taken.handle);
      await until("they came again", async () => (await lag()) === 0);
      expect(taken.records.map(textOf)).toEqual(["0", "1", "2", "3", "4", "5", "6"]);
    });

    test("consume_endsWithItsError_handlerSaysNeverAgain", async () => {
      await log.produce(topic, [recordOf("one", "")]);
      const never = new TerminalSettlementError("CONFIG_INVALID", { message: "There is no such ledger." });
      let calls = 0;
      const consumption = await consume(async () => {
        calls += 1;
        throw never;
      });
      expect(await rejection(consumption.ended)).toBe(never);
      await consumption.stop();
      await Bun.sleep(200);
      expect(calls).toBe(1);
      expect(await lag()).toBe(1);

      const taken = collector();
      await consume(taken.handle);
      await until("the next one takes it", () => taken.records.length === 1);
    });

    test("stop_waitsForTheBatchInHand_andItsOffsetIsStored", async () => {
      await log.produce(topic, [recordOf("one", "")]);
      const gate = Promise.withResolvers<void>();
      let began = false;
      const consumption = await consume(async () => {
        began = true;
        await gate.promise;
      });
      await until("the handler has it", () => began);
      let stopped = false;
      const stopping = consumption.stop().then(() => {
        stopped = true;
      });
      await Bun.sleep(200);
      expect(stopped).toBe(false);
      gate.resolve();
      await stopping;
      await consumption.ended;
      expect(await lag()).toBe(0);
    });

    test("stop_ends_handlerKeepsRejecting", async () => {
      await log.produce(topic, [recordOf("one", "")]);
      let tries = 0;
      const consumption = await consume(async () => {
        tries += 1;
        throw new Error("the database is away");
      });
      await until("it tries", () => tries >= 2);
      await consumption.stop();
      await consumption.ended;
      const after = tries;
      await Bun.sleep(300);
      expect(tries).toBe(after);
      expect(await lag()).toBe(1);
    });

    test("consume_bringsEachAtLeastOnce_twoConsumersOfAGroup", async () => {
      const [one, other] = [collector(), collector()];
      const first = await consume(one.handle, { maxBatch: 5 });
      await consume(other.handle, { maxBatch: 5, from: await world.open() });
      for (let page = 0; page < 10; page++) {
        await log.produce(
          topic,
          Array.from({ length: 30 }, (_, index) => recordOf(`key-${page}-${index}`, "")),
        );
        if (page === 5) await first.stop();
      }
      await until("all is stored", async () => (await lag()) === 0);
      const keys = new Set([...one.records, ...other.records].map(({ key }) => key));
      expect(keys.size).toBe(300);
    });

    test("everything_refuses_closed", async () => {
      const taken = collector();
      const consumption = await consume(taken.handle);
      await log.close();
      await consumption.ended;
      await log.close();
      const calls = [log.produce(topic, someRecords(1)), log.ready(), lag(), consume(taken.handle)];
      for (const refusal of await Promise.all(calls.map((call) => rejection(call)))) {
        expect(refusal).toMatchObject({ code: "LOG_UNAVAILABLE", retryable: true });
      }
    });
  },
);
