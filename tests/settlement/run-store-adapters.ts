import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMongoRunStore } from "../../settlement/run-store.mongo.ts";
import { createSqliteRunStore } from "../../settlement/run-store.sqlite.ts";
import type { ClosableRunStore } from "../../settlement/run-store.ts";
import { dropDatabase, mongodbUrl, uniqueDatabase } from "../contract/store-adapters.ts";

/** One store's data, as long as a test lives. */
export interface RunStoreWorld {
  /** A store over these data: each call is another process. */
  open(): Promise<ClosableRunStore>;
  /** Closes what is open and removes the data. */
  dispose(): Promise<void>;
}

export interface RunStoreAdapter {
  readonly name: "sqlite" | "mongodb";
  create(): Promise<RunStoreWorld>;
}

const world = (open: () => Promise<ClosableRunStore>, remove: () => Promise<void>): RunStoreWorld => {
  const opened: ClosableRunStore[] = [];
  return {
    async open() {
      const store = await open();
      opened.push(store);
      return store;
    },
    async dispose() {
      await Promise.all(opened.map((store) => store.close()));
      await remove();
    },
  };
};

const sqlite: RunStoreAdapter = {
  name: "sqlite",
  async create() {
    const folder = await mkdtemp(join(tmpdir(), "jumun-runs-"));
    return world(
      async () => createSqliteRunStore({ path: join(folder, "made", "runs.sqlite") }),
      () => rm(folder, { recursive: true, force: true }),
    );
  },
};

const mongodb: RunStoreAdapter = {
  name: "mongodb",
  async create() {
    const [url, database] = [mongodbUrl(), uniqueDatabase()];
    return world(
      () => createMongoRunStore({ url, database, startTimeoutMs: 10_000 }),
      () => dropDatabase(url, database),
    );
  },
};

/** Both adapters, each to be held by the whole contract. */
export const runStoreAdapters: readonly RunStoreAdapter[] = [sqlite, mongodb];
