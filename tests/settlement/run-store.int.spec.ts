import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import { createMongoRunStore } from "../../settlement/run-store.mongo.ts";
import { createSqliteRunStore } from "../../settlement/run-store.sqlite.ts";
import { dropDatabase, mongodbUrl, uniqueDatabase } from "../contract/store-adapters.ts";
import { DATE } from "./poller-rows.ts";

test("createMongoRunStore_isUnavailable_nobodyListens", async () => {
  const url = "mongodb://user:topsecret@127.0.0.1:1/?serverSelectionTimeoutMS=100";
  const error: unknown = await createMongoRunStore({ url, startTimeoutMs: 200 }).catch(
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code: "STORE_UNAVAILABLE", retryable: true });
  expect(String(error)).not.toContain("topsecret");
});

test("createMongoRunStore_configInvalid_noConnectionString", async () => {
  const url = "mongo//user:topsecret@127.0.0.1";
  const error: unknown = await createMongoRunStore({ url }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "CONFIG_INVALID", retryable: false });
  expect(String(error)).not.toContain("topsecret");
});

test("run_isToldAsDamaged_documentThatNoRunWrote", async () => {
  const [url, database] = [mongodbUrl(), uniqueDatabase()];
  const store = await createMongoRunStore({ url, database });
  const client = await MongoClient.connect(url);
  const strange = { status: "done", passes: "2" };
  await client
    .db(database)
    .collection<{ _id: string }>("settlement_runs")
    .insertOne({ _id: DATE, ...strange });
  await expect(store.run(DATE)).rejects.toThrow(`The stored run of ${DATE} is not as it was written`);
  await client.close();
  await store.close();
  await dropDatabase(url, database);
});

test("createSqliteRunStore_isCorrupt_fileThatIsNoDatabase", () => {
  const folder = mkdtempSync(join(tmpdir(), "jumun-runs-"));
  const path = join(folder, "runs.sqlite");
  writeFileSync(
    path,
    "this is a text, and long enough to be taken for the header of a database file".repeat(20),
  );
  expect(() => createSqliteRunStore({ path })).toThrow("runs.sqlite is damaged: file is not a database");
  rmSync(folder, { recursive: true });
});

test("createSqliteRunStore_makesItsFolder_andClosesTwice", async () => {
  const folder = mkdtempSync(join(tmpdir(), "jumun-runs-"));
  const store = createSqliteRunStore({ path: join(folder, "deep", "runs.sqlite") });
  expect(await store.lease(DATE, "a", 1, 1)).toBe(true);
  await store.close();
  await store.close();
  rmSync(folder, { recursive: true });
});
