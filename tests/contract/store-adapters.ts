import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import type { OrderStore } from "../../actors/ports.ts";

/** One store's data, as long as a test lives. */
export interface StoreWorld {
  /** A store over these data: each call is another process, at the same time or after the last one closed. */
  open(): Promise<OrderStore>;
  /** Closes what is open and removes the data. */
  dispose(): Promise<void>;
}

export interface StoreAdapter {
  readonly name: "sqlite" | "mongodb";
  create(): Promise<StoreWorld>;
}

const sqlite: StoreAdapter = {
  name: "sqlite",
  async create() {
    const { createSqliteStore } = await import("../../actors/store.sqlite.ts");
    const folder = await mkdtemp(join(tmpdir(), "jumun-store-"));
    return world(
      () => createSqliteStore({ path: join(folder, "orders.sqlite") }),
      () => rm(folder, { recursive: true, force: true }),
    );
  },
};

const mongodb: StoreAdapter = {
  name: "mongodb",
  async create() {
    const { createMongoStore } = await import("../../actors/store.mongo.ts");
    const url = mongodbUrl();
    const database = uniqueDatabase();
    return world(
      () => createMongoStore({ url, database, startTimeoutMs: 10_000 }),
      () => dropDatabase(url, database),
    );
  },
};

/** Both adapters, each to be held by the whole contract. */
export const storeAdapters: readonly StoreAdapter[] = [sqlite, mongodb];

/** Throws when there is none: a store that was not tried must not look as if it had passed. */
export const mongodbUrl = (): string => {
  const url = process.env.MONGODB_URL;
  if (url) return url;
  throw new Error(
    "The contract tests of the MongoDB store need a server. Run `bun run test`, which starts one, or " +
      "`bun run up:servers` and set MONGODB_URL to the address that it prints.",
  );
};

let databases = 0;

/** Keeps the data of tests apart that share a server. */
export const uniqueDatabase = (): string => {
  databases += 1;
  return `test_${process.pid}_${Date.now().toString(36)}_${databases}`;
};

export const dropDatabase = async (url: string, database: string): Promise<void> => {
  const client = new MongoClient(url);
  try {
    await client.db(database).dropDatabase();
  } finally {
    await client.close();
  }
};

const world = (open: () => Promise<OrderStore>, remove: () => Promise<void>): StoreWorld => {
  const opened: OrderStore[] = [];
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
