import { afterEach, beforeEach, expect, test } from "bun:test";
import { drain, runLoader } from "../../settlement/consumers/mod.ts";
import {
  isSettlementError,
  RetryableSettlementError,
  TerminalSettlementError,
} from "../../settlement/errors.ts";
import type { SettlementRow } from "../../settlement/row.ts";
import { rejection, times } from "../contract/store-fixtures.ts";
import { type ConsumersLab, createConsumersLab, DEAD, TOPIC, until } from "./consumers-lab.ts";
import { allRows, byKey, cancelOf, PAID_OUT, since, someRow } from "./ledgers-fixtures.ts";

let lab: ConsumersLab;
beforeEach(async () => {
  lab = await createConsumersLab();
});
afterEach(() => lab.dispose());

const rowsThere = async () => (await allRows(lab.ledgers)).rows;
const codeOf = (error: unknown) => (isSettlementError(error) ? error.code : String(error));
const away = () => new RetryableSettlementError("STORE_UNAVAILABLE", { message: "The store is away." });

test("drain_fillsAllThreeLedgers_thenEnds", async () => {
  const payment = someRow();
  const rows = [payment, cancelOf(payment, 4_000), ...times(48, () => someRow())];
  await lab.produce(...rows);
  await drain(lab.loaders());
  expect(await rowsThere()).toEqual(byKey(rows));
  expect(await lab.ledgers.orderSettlements(payment.orderId, [since(payment)])).toHaveLength(2);
  expect(await lab.ledgers.accounting(PAID_OUT)).toMatchObject([{ rows: 50 }]);
  for (const { topic, group } of lab.loaders()) expect(await lab.log.lag(topic, group)).toBe(0);
});

test("drain_endsAtOnce_nothingWaits", async () => {
  await drain(lab.loaders());
  await lab.produce(someRow());
  await drain(lab.loaders());
  await drain(lab.loaders());
  expect(await rowsThere()).toHaveLength(1);
});

test("drain_goesOnWhereItWas_laterRows", async () => {
  const sizes: number[] = [];
  const counting = () =>
    lab.loader("settlementLedger", {
      upsert: async (rows) => {
        sizes.push(rows.length);
        await lab.ledgers.upsertRows(rows);
      },
    });
  await lab.produce(...times(3, () => someRow()));
  await drain([counting()]);
  await lab.produce(someRow());
  await drain([counting()]);
  expect(sizes.reduce((total, size) => total + size, 0)).toBe(4);
  expect(await rowsThere()).toHaveLength(4);
});

test("loader_keepsUp_recordsThatComeWhileItRuns", async () => {
  const loader = await runLoader(lab.loader("settlementLedger"));
  await lab.produce(someRow());
  await until(async () => (await rowsThere()).length === 1);
  await lab.produce(someRow(), someRow());
  await until(async () => (await rowsThere()).length === 3);
  await loader.stop();
  expect(await loader.ended).toBeUndefined();
});

test("loaders_areOnTheirOwn_oneDepartmentsStoreIsAway", async () => {
  await lab.produce(...times(20, () => someRow()));
  const stuck = await runLoader(lab.loader("accounting", { upsert: () => Promise.reject(away()) }));
  await drain([lab.loader("settlementLedger"), lab.loader("orderLedger")]);
  expect(await rowsThere()).toHaveLength(20);
  expect(await lab.ledgers.accounting(PAID_OUT)).toEqual([]);
  await stuck.stop();
  await drain([lab.loader("accounting")]);
  expect(await lab.ledgers.accounting(PAID_OUT)).toMatchObject([{ rows: 20 }]);
});

test("loader_countsOnce_duplicateRecords", async () => {
  const rows = times(7, () => someRow());
  await lab.produce(...rows, ...rows);
  await lab.produce(...rows);
  await drain(lab.loaders());
  expect(await rowsThere()).toEqual(byKey(rows));
  expect(await lab.ledgers.accounting(PAID_OUT)).toMatchObject([{ rows: 7, amount: 84_000 }]);
});

test("loader_keepsTheLast_correctedRowInTheSameAndInALaterBatch", async () => {
  const row = someRow();
  const as = (amount: number): SettlementRow => ({ ...row, amount });
  await lab.produce(as(1), as(2));
  await drain(lab.loaders({ maxBatch: 100 }));
  expect(await rowsThere()).toEqual([as(2)]);
  await lab.produce(as(3), ...times(20, () => someRow()), as(4));
  await drain(lab.loaders({ maxBatch: 1 }));
  expect(await lab.ledgers.rowsOf([since(row)])).toEqual([as(4)]);
});

test("loader_storesTheRest_poisonAmongGoodRecords", async () => {
  const rows = times(6, () => someRow());
  const poison = [
    { key: "p-1", value: new TextEncoder().encode('{"not":"avro"}') },
    { key: "p-2", value: new Uint8Array(), headers: { trace: "t-1" } },
    { key: "p-3", value: lab.recordOf(someRow()).value.slice(0, 20) },
  ];
  await lab.log.produce(TOPIC, [
    ...rows.slice(0, 3).map(lab.recordOf),
    ...poison,
    ...rows.slice(3).map(lab.recordOf),
  ]);
  await drain([lab.loader("settlementLedger", { maxBatch: 100 })]);
  expect(await rowsThere()).toEqual(byKey(rows));

  const letters = (await lab.dead()).toSorted((a, b) => (a.key < b.key ? -1 : 1));
  expect(letters.map(({ key, value }) => ({ key, value: [...value] }))).toEqual(
    poison.map(({ key, value }) => ({ key, value: [...value] })),
  );
  for (const { headers } of letters) {
    expect(headers).toMatchObject({
      code: "RECORD_UNREADABLE",
      source: "jumun.settlement-ledger",
      topic: TOPIC,
    });
    expect(headers?.reason?.length).toBeGreaterThan(10);
    expect(headers?.partition).toMatch(/^\d+$/);
    expect(headers?.offset).toMatch(/^\d+$/);
  }
  expect(letters[1]?.headers?.trace).toBe("t-1");
  expect(lab.entries.filter(({ level }) => level === "error")).not.toEqual([]);
});

test("loader_doesNotGetStuck_topicOfNothingButPoison", async () => {
  await lab.log.produce(
    TOPIC,
    times(25, (index) => ({ key: `p-${index}`, value: new Uint8Array([index]) })),
  );
  await drain(lab.loaders());
  const letters = await lab.dead();
  expect(letters).toHaveLength(75);
  const places = letters.map(({ headers }) => `${headers?.source} ${headers?.partition} ${headers?.offset}`);
  expect(new Set(places).size).toBe(75);
});

test("loader_putsAside_whatBreaksTheCodec", async () => {
  const [good, bad] = [someRow(), someRow()];
  await lab.produce(bad, good);
  const codec = {
    ...lab.codec,
    decode: (value: Uint8Array) => {
      const row = lab.codec.decode(value) as SettlementRow;
      if (row.paymentKey === bad.paymentKey) throw new TypeError("undefined is not a row");
      return row;
    },
  };
  await drain([lab.loader("settlementLedger", { codec })]);
  expect(await rowsThere()).toEqual([good]);
  expect((await lab.dead())[0]?.headers).toMatchObject({ code: "DEFECT", reason: "undefined is not a row" });
});

test("loader_waits_registryIsAwayThenBack", async () => {
  const rows = times(3, () => someRow());
  await lab.produce(...rows);
  let failures = 3;
  const codec = {
    ...lab.codec,
    async decode(value: Uint8Array) {
      if (failures-- > 0) throw new RetryableSettlementError("REGISTRY_UNAVAILABLE", { message: "Away." });
      return lab.codec.decode(value);
    },
  };
  await drain([lab.loader("settlementLedger", { codec })]);
  expect(await rowsThere()).toEqual(byKey(rows));
  expect(await lab.dead()).toEqual([]);
});

test("loader_losesAndDoublesNothing_storeIsAwayThenBack", async () => {
  const rows = times(30, () => someRow());
  await lab.produce(...rows);
  let calls = 0;
  const failures: unknown[] = [];
  const upsert = async (some: readonly SettlementRow[]) => {
    calls += 1;
    if (calls % 3 === 1) throw away(); // before it wrote
    await lab.ledgers.upsertAccounting(some);
    if (calls % 3 === 2) throw away(); // although it wrote
  };
  await drain([lab.loader("accounting", { upsert, onFailure: (error) => failures.push(error) })]);
  expect(failures.length).toBeGreaterThan(2);
  expect(await lab.ledgers.accounting(PAID_OUT)).toMatchObject([{ rows: 30, amount: 360_000 }]);
});

test("loader_writesTheLettersBeforeItGoesOn_deadLetterTopicIsAway", async () => {
  const good = someRow();
  await lab.log.produce(TOPIC, [{ key: "p", value: new Uint8Array([1]) }, lab.recordOf(good)]);
  let failures = 2;
  const log = {
    ...lab.log,
    async produce(...args: Parameters<typeof lab.log.produce>) {
      if (args[0] === DEAD && failures-- > 0) {
        throw new RetryableSettlementError("LOG_UNAVAILABLE", { message: "The log is away." });
      }
      return lab.log.produce(...args);
    },
  };
  await drain([lab.loader("settlementLedger", { log })]);
  expect(await rowsThere()).toEqual([good]);
  expect(await lab.dead()).toHaveLength(1);
});

test("drain_rejectsWithWhatWentWrong_storeStaysAway", async () => {
  await lab.produce(someRow());
  const upsert = () => Promise.reject(away());
  const error = await rejection(drain([lab.loader("accounting", { upsert })], { giveUpAfterMs: 150 }));
  expect(codeOf(error)).toBe("STORE_UNAVAILABLE");
  await drain([lab.loader("accounting")]);
  expect(await lab.ledgers.accounting(PAID_OUT)).toMatchObject([{ rows: 1 }]);
});

test("drain_rejectsAndStopsTheOthers_oneLoaderMetATerminalError", async () => {
  await lab.produce(...times(3, () => someRow()));
  const broken = new TerminalSettlementError("SCHEMA_INCOMPATIBLE", { message: "Mend it first." });
  const upsert = () => Promise.reject(broken);
  const loaders = [lab.loader("settlementLedger"), lab.loader("accounting", { upsert })];
  expect(await rejection(drain(loaders))).toBe(broken);
  await drain(lab.loaders());
  expect(await lab.ledgers.accounting(PAID_OUT)).toMatchObject([{ rows: 3 }]);
});

test("drain_saysThatRecordsWait_anotherLoaderHoldsTheGroup", async () => {
  await lab.produce(someRow());
  const held = Promise.withResolvers<void>();
  const holder = await runLoader(lab.loader("accounting", { upsert: () => held.promise }));
  await Bun.sleep(50);
  const error = await rejection(drain([lab.loader("accounting")], { giveUpAfterMs: 100 }));
  expect([codeOf(error), (error as Error).message]).toEqual([
    "LOG_UNAVAILABLE",
    expect.stringContaining("1 records wait"),
  ]);
  held.resolve();
  await holder.stop();
});

test("drain_finishesTheBatchInHand_toldToStop", async () => {
  await lab.produce(...times(40, () => someRow()));
  const stopping = new AbortController();
  const upsert = async (rows: readonly SettlementRow[]) => {
    stopping.abort();
    await Bun.sleep(20);
    await lab.ledgers.upsertRows(rows);
  };
  const error = await rejection(
    drain([lab.loader("settlementLedger", { upsert })], { signal: stopping.signal }),
  );
  expect(codeOf(error)).toBe("SHUTTING_DOWN");
  const there = (await rowsThere()).length;
  expect(there).toBeGreaterThan(0);
  const { topic, group } = lab.loader("settlementLedger");
  expect(await lab.log.lag(topic, group)).toBe(40 - there);
  await drain([lab.loader("settlementLedger")]);
  expect(await rowsThere()).toHaveLength(40);
});

test("drain_rejects_logIsClosed", async () => {
  const error = await (async () => {
    await lab.log.close();
    return rejection(drain(lab.loaders(), { giveUpAfterMs: 50 }));
  })();
  expect(codeOf(error)).toBe("LOG_UNAVAILABLE");
});
