import { afterEach, beforeEach, expect, test } from "bun:test";
import { type Collection, MongoBulkWriteError, MongoClient } from "mongodb";
import { isSettlementError } from "../../settlement/errors.ts";
import type { LedgerDocument } from "../../settlement/ledgers/mongo-documents.ts";
import { upsertInto } from "../../settlement/ledgers/mongo-upsert.ts";
import { createMongoLedgers } from "../../settlement/ledgers.mongo.ts";
import type { Ledgers } from "../../settlement/ports.ts";
import { keepLog } from "../actors/toss-double.ts";
import { dropDatabase, mongodbUrl, uniqueDatabase } from "../contract/store-adapters.ts";
import { rejection } from "../contract/store-fixtures.ts";
import { allRows, PAID_OUT, since, someRow, upsertAll } from "./ledgers-fixtures.ts";

const codeOf = (error: unknown) => (isSettlementError(error) ? error.code : String(error));

let database: string;
let ledgers: Ledgers;
let client: MongoClient;

beforeEach(async () => {
  database = uniqueDatabase();
  ledgers = await createMongoLedgers({ url: mongodbUrl(), database });
  client = new MongoClient(mongodbUrl());
});
afterEach(async () => {
  await ledgers.close();
  await client.close();
  await dropDatabase(mongodbUrl(), database);
});

const stored = (name: string): Collection<LedgerDocument> => client.db(database).collection(name);

test("createMongoLedgers_makesItsIndexesOnce_openedTwice", async () => {
  await upsertAll(ledgers, someRow());
  await (await createMongoLedgers({ url: mongodbUrl(), database })).close();
  const names = await Promise.all(
    ["settlement_rows", "order_settlements", "accounting_rows"].map(async (name) =>
      (await stored(name).indexes()).map((index) => index.name).toSorted(),
    ),
  );
  expect(names).toEqual([
    ["_id_", "paid_out", "payment"],
    ["_id_", "payment"],
    ["_id_", "paid_out"],
  ]);
});

test("rows_reject_damagedDocument", async () => {
  const row = someRow();
  await upsertAll(ledgers, row, someRow());
  await stored("settlement_rows").updateOne({ paymentKey: row.paymentKey }, { $set: { amount: "12,000" } });
  await stored("order_settlements").updateOne({ paymentKey: row.paymentKey }, { $unset: { orderId: 1 } });
  for (const error of await Promise.all(
    [
      allRows(ledgers, PAID_OUT),
      ledgers.rowsOf([since(row)]),
      ledgers.orderSettlements(row.orderId, [since(row)]),
    ].map(rejection),
  )) {
    expect(codeOf(error)).toBe("STORE_UNAVAILABLE");
    expect((error as Error).message).toContain(row.paymentKey);
  }
  await upsertAll(ledgers, row); // the remedy that the message names
  expect((await allRows(ledgers, PAID_OUT)).rows).toContainEqual(row);
});

test("createMongoLedgers_rejects_nobodyThere", async () => {
  const error = await rejection(createMongoLedgers({ url: "mongodb://127.0.0.1:9", startTimeoutMs: 1 }));
  expect(codeOf(error)).toBe("STORE_UNAVAILABLE");
}, 30_000);

test("createMongoLedgers_rejects_stringThatIsNoAddress", async () => {
  expect(codeOf(await rejection(createMongoLedgers({ url: "postgres://db" })))).toBe("CONFIG_INVALID");
});

test("createMongoLedgers_warnsAndOverrules_weakDurability", async () => {
  const { log, entries } = keepLog();
  const url = new URL(mongodbUrl());
  url.searchParams.set("journal", "false");
  const weak = await createMongoLedgers({ url: url.href, database, logger: log });
  await weak.close();
  expect(entries.map(({ level }) => level)).toContain("warn");
});

const race = () =>
  new MongoBulkWriteError({ message: "E11000", code: 11_000, writeErrors: [] } as never, {} as never);

/** A collection whose bulks fail as the next of `failures` says, and then are as they should be. */
const failing = (...failures: Error[]) => {
  const sizes: number[] = [];
  const collection = {
    collectionName: "settlement_rows",
    async bulkWrite(operations: readonly unknown[]) {
      sizes.push(operations.length);
      const failure = failures.shift();
      if (failure) throw failure;
      return { matchedCount: operations.length - 1, upsertedCount: 1 };
    },
  };
  return { collection: collection as unknown as Collection<LedgerDocument>, sizes };
};

test("upsertInto_sendsTheBulkAgain_anotherWriterInsertedAtOnce", async () => {
  const { collection, sizes } = failing(race(), race());
  await upsertInto(collection, failing().collection, [someRow(), someRow()], (row) => row);
  expect(sizes).toEqual([2, 2, 2]);
});

test("upsertInto_givesUp_racesWithoutEnd", async () => {
  const { collection, sizes } = failing(...Array.from({ length: 50 }, race));
  const error = await rejection(upsertInto(collection, failing().collection, [someRow()], (row) => row));
  expect(error).toBeInstanceOf(MongoBulkWriteError);
  expect(sizes).toHaveLength(11);
});

test("upsertInto_rejects_serverAnsweredForFewer", async () => {
  const { collection } = failing();
  const short = { ...collection, bulkWrite: async () => ({ matchedCount: 1, upsertedCount: 0 }) };
  const rows = [someRow(), someRow()];
  const written = upsertInto(short as unknown as typeof collection, failing().collection, rows, (row) => row);
  expect(codeOf(await rejection(written))).toBe("STORE_UNAVAILABLE");
});
