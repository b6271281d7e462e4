import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type BulkWriteResult, type Document, MongoBulkWriteError, MongoClient } from "mongodb";
import { RetryableError, TerminalError } from "../../actors/errors.ts";
import { type Log, type OrderStore, silentLog } from "../../actors/ports.ts";
import { createClient, databaseOf, weaknessesOf } from "../../actors/store/mongo-connect.ts";
import { everyOutcome } from "../../actors/store/mongo-errors.ts";
import { createMongoStore } from "../../actors/store.mongo.ts";
import { startProxy } from "./bus-proxy.ts";
import { dropDatabase, mongodbUrl, uniqueDatabase } from "./store-adapters.ts";
import { get, nextOf, put, rejection, someDocument, someOrderId, writeOf } from "./store-fixtures.ts";

/** Nothing listens there. */
const NOBODY = "mongodb://127.0.0.1:9";

const expectUnavailable = (error: unknown) => {
  expect(error).toBeInstanceOf(RetryableError);
  expect((error as RetryableError).code).toBe("STORE_UNAVAILABLE");
};

const expectTerminal = (error: unknown, code: string) => {
  expect(error).toBeInstanceOf(TerminalError);
  expect((error as TerminalError).code as string).toBe(code);
};

/** A log that keeps what was said at `error`. */
const keepErrors = () => {
  const errors: string[] = [];
  const log: Log = { ...silentLog, error: (_, message) => void errors.push(message) };
  return { log, errors };
};

describe("MongoDB store's connection string", () => {
  test("weaknessesOf_findsNone_plainOrStrong", () => {
    expect(weaknessesOf("mongodb://db/jumun?replicaSet=rs0")).toEqual([]);
    const strong = "w=majority&journal=true&readPreference=primary&readConcernLevel=majority";
    expect(weaknessesOf(`mongodb://db/?${strong}`)).toEqual([]);
  });

  test.each([
    ["w=0", "w=0"],
    ["w=1", "w=1"],
    ["w=1&journal=false", "w=1, journal=false"],
    ["journal=false", "journal=false"],
    ["readPreference=secondary", "readPreference=secondary"],
    ["readPreference=primaryPreferred", "readPreference=primaryPreferred"],
    ["readConcernLevel=local", "readConcernLevel=local"],
  ])("weaknessesOf_names_%s", (options, named) => {
    expect(weaknessesOf(`mongodb://db/?${options}`).join(", ")).toBe(named);
  });

  test.each([
    "",
    "w=1&journal=false",
    "j=false&wtimeoutMS=1",
    "readPreference=secondary&readConcernLevel=local",
  ])("databaseOf_writesToAMajorityAndItsJournal_stringSays %p", (options) => {
    const { writeConcern, readConcern, readPreference } = databaseOf(
      createClient(`mongodb://db/?${options}`),
      "jumun",
    );
    expect([writeConcern?.w, writeConcern?.journal, writeConcern?.wtimeoutMS]).toEqual([
      "majority",
      true,
      undefined,
    ]);
    expect(readConcern?.level).toBe("majority");
    expect(readPreference?.mode).toBe("primary");
  });

  test("createClient_keepsWhatTheStringSays_timeoutsAndPool", () => {
    const { options } = createClient("mongodb://db/?maxPoolSize=7&SOCKETTIMEOUTMS=1234");
    expect([options.maxPoolSize, options.socketTimeoutMS]).toEqual([7, 1234]);
  });

  test("createMongoStore_rejectsWithoutTellingThePassword_unreadableString", async () => {
    const error = await rejection(createMongoStore({ url: "mongodb://jumun:s3cret@db:port/?w=x" }));
    expect(error).toBeInstanceOf(Error);
    expect(Bun.inspect(error)).not.toContain("s3cret");
  });

  test("createMongoStore_rejects_serverIsAway", async () => {
    const url = `${NOBODY}/?serverSelectionTimeoutMS=100`;
    expectUnavailable(await rejection(createMongoStore({ url, startTimeoutMs: 300 })));
  });
});

describe("MongoDB store's bulks", () => {
  const counts = (changes: Partial<BulkWriteResult>) =>
    ({
      insertedCount: 0,
      matchedCount: 0,
      upsertedCount: 0,
      getWriteConcernError: () => undefined,
      ...changes,
    }) as BulkWriteResult;

  const failed = (result: BulkWriteResult, ...codes: number[]) => {
    const error = new MongoBulkWriteError({ message: "failed", code: codes[0] ?? 0 }, result);
    return Object.assign(error, { writeErrors: codes.map((code, index) => ({ code, index })) });
  };

  test("everyOutcome_resolves_eachWriteIsAnsweredFor", async () => {
    const bulk = Promise.reject(failed(counts({ matchedCount: 3 }), 11_000, 11_000));
    expect((await everyOutcome(5, bulk)).duplicates).toEqual(new Set([0, 1]));
  });

  test("everyOutcome_rejects_serverStoppedAtTheFirstError", async () => {
    expectUnavailable(await rejection(everyOutcome(200, Promise.reject(failed(counts({}), 11_000)))));
  });

  test("everyOutcome_rejects_otherErrorAmongDuplicates", async () => {
    const error = failed(counts({}), 11_000, 91);
    expect(await rejection(everyOutcome(2, Promise.reject(error)))).toBe(error);
  });

  test("everyOutcome_rejects_noMajorityHoldsTheWrites", async () => {
    const result = counts({
      matchedCount: 1,
      getWriteConcernError: () => ({ code: 64 }) as ReturnType<BulkWriteResult["getWriteConcernError"]>,
    });
    const error = failed(result, 11_000);
    expect(await rejection(everyOutcome(2, Promise.reject(error)))).toBe(error);
  });
});

describe("MongoDB store on a server", () => {
  let database: string;
  let store: OrderStore;
  let raw: MongoClient;

  beforeEach(async () => {
    database = uniqueDatabase();
    store = await createMongoStore({ url: mongodbUrl(), database });
    raw = new MongoClient(mongodbUrl());
  });
  afterEach(async () => {
    await store.close();
    await raw.close();
    await dropDatabase(mongodbUrl(), database);
  });

  /** The server's address, with more options. */
  const url = (options: string, host = new URL(mongodbUrl()).host) => `mongodb://${host}/?${options}`;
  const stored = () => raw.db(database).collection<Document & { _id: string }>("orders");

  test.each(["w=1", "journal=false", "readPreference=secondaryPreferred"])(
    "ready_rejects_stringSays %s",
    async (weakness) => {
      const weak = await createMongoStore({ url: url(weakness), database });
      const error = await rejection(weak.ready());
      await weak.close();
      expectTerminal(error, "STORE_NOT_DURABLE");
      expect((error as Error).message).toContain(weakness);
    },
  );

  test("ready_rejects_serverGoesAway", async () => {
    const proxy = await startProxy(mongodbUrl());
    const options = "serverSelectionTimeoutMS=200&connectTimeoutMS=200";
    const far = await createMongoStore({ url: url(options, new URL(proxy.url).host), database });
    await far.ready();
    proxy.close();
    expectUnavailable(await rejection(far.ready()));
    await far.close();
  });

  test("createMongoStore_keepsTrying_serverAnswersLater", async () => {
    const proxy = await startProxy(mongodbUrl());
    proxy.mute();
    const options = "serverSelectionTimeoutMS=100&connectTimeoutMS=100";
    const opening = createMongoStore({ url: url(options, new URL(proxy.url).host), database });
    await Bun.sleep(500);
    proxy.cut();
    const late = await opening;
    await late.ready();
    await late.close();
    proxy.close();
  });

  test("commit_leavesTheOutcomeOpen_connectionLostBeforeTheReply", async () => {
    const document = someDocument();
    await put(store, document);
    const proxy = await startProxy(mongodbUrl());
    const far = await createMongoStore({
      url: url("retryWrites=false&serverSelectionTimeoutMS=1000", new URL(proxy.url).host),
      database,
    });
    await far.ready();
    proxy.mute();
    const next = nextOf(document, { state: "paying" });
    const committing = rejection(far.commit([writeOf(next)]));
    while ((await get(store, document.orderId)).version === 1) await Bun.sleep(10);
    proxy.cut();
    expectUnavailable(await committing);
    expect((await far.load([document.orderId])).get(document.orderId)).toEqual(next);
    expect(await far.commit([writeOf(next)])).toEqual(new Set());
    await far.close();
    proxy.close();
  });

  test("commit_refusesAndWritesNothing_documentOver16MB", async () => {
    const document = someDocument({ customerId: "x".repeat(16_800_000) });
    expectTerminal(await rejection(store.commit([writeOf(document)])), "COMMAND_TOO_LARGE");
    expect((await store.load([document.orderId])).size).toBe(0);
  });

  test("commit_keepsSparseFieldsOut_nothingWaits", async () => {
    const waiting = someDocument({ partition: 2, dueAt: 5, seq: 2, publishedSeq: 1 });
    const settled = someDocument();
    await put(store, waiting, settled);
    expect(await stored().findOne({ _id: waiting.orderId })).toMatchObject({
      due: { partition: 2, at: 5, orderId: waiting.orderId },
      unpublished: 2,
    });
    const fields = Object.keys((await stored().findOne({ _id: settled.orderId })) ?? {});
    expect(fields).not.toContain("due");
    expect(fields).not.toContain("unpublished");
  });

  test("createMongoStore_makesTheIndexesOnce_openedTwice", async () => {
    const again = await createMongoStore({ url: mongodbUrl(), database });
    await again.close();
    const names = (await stored().indexes()).map(({ name }) => name).toSorted();
    expect(names).toEqual([
      "_id_",
      "customer_newest",
      "due_in_order",
      "effects_waiting",
      "money",
      "newest",
      "state_newest",
      "unpublished",
    ]);
  });

  test("load_rejects_damagedOrder", async () => {
    const document = someDocument();
    await put(store, document);
    await stored().updateOne({ _id: document.orderId }, { $unset: { history: 1 }, $set: { version: "1" } });
    const error = await rejection(store.load([document.orderId]));
    expectTerminal(error, "STORE_NOT_DURABLE");
    expect((error as Error).message).toContain("/history");
    expect((error as Error).message).toContain("/version");
  });

  test("due_passesOverAndTells_damagedOrder", async () => {
    const { log, errors } = keepErrors();
    const watched = await createMongoStore({ url: mongodbUrl(), database, log });
    const [damaged, whole] = [1, 2].map((dueAt) => someDocument({ partition: 0, dueAt }));
    await put(store, ...[damaged, whole].flatMap((one) => one ?? []));
    await stored().updateOne({ _id: damaged?.orderId ?? "" }, { $set: { history: null } });
    const next = await watched.due({ now: 9, partitions: [0], limit: 1 });
    expect(next).toEqual({ orders: [], next: { dueAt: 1, orderId: damaged?.orderId ?? "" } });
    expect(errors).toHaveLength(1);
    expect(await watched.due({ now: 9, partitions: [0], limit: 1, after: next.next })).toEqual({
      orders: [whole].flatMap((one) => one ?? []),
    });
    await watched.close();
  });

  test("commit_losesAndInsertsNothing_orderVanished", async () => {
    const document = someDocument();
    await put(store, document);
    await stored().deleteOne({ _id: document.orderId });
    expect(await store.commit([writeOf(nextOf(document)), writeOf(someDocument())])).toHaveProperty(
      "size",
      1,
    );
    expect(await stored().countDocuments({ _id: document.orderId })).toBe(0);
  });

  test("load_comparesOperators_neverRunsThem", async () => {
    await put(store, someDocument());
    const operator = { $gt: "" } as unknown as string;
    expect((await store.list({ customerId: operator, limit: 9 })).orders).toEqual([]);
    expect(await store.archivedReply(operator, operator)).toBeUndefined();
    expect(await store.history(someOrderId(), { after: 0, limit: 9 })).toEqual([]);
  });
});
