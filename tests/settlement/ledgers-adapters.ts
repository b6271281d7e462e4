import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMongoLedgers } from "../../settlement/ledgers.mongo.ts";
import { createSqliteLedgers } from "../../settlement/ledgers.sqlite.ts";
import type { Ledgers } from "../../settlement/ports.ts";
import { dropDatabase, mongodbUrl, uniqueDatabase } from "../contract/store-adapters.ts";

/** Ledgers' data, as long as a test lives. */
export interface LedgersWorld {
  /** Ledgers over these data: each call is another process. */
  open(): Promise<Ledgers>;
  /** Closes what is open and removes the data. */
  dispose(): Promise<void>;
}

export interface LedgersAdapter {
  readonly name: "sqlite" | "mongodb";
  create(): Promise<LedgersWorld>;
}

const world = (open: () => Promise<Ledgers>, remove: () => Promise<void>): LedgersWorld => {
  const opened: Ledgers[] = [];
  return {
    async open() {
      const ledgers = await open();
      opened.push(ledgers);
      return ledgers;
    },
    async dispose() {
      await Promise.all(opened.map((ledgers) => ledgers.close()));
      await remove();
    },
  };
};

export const sqliteLedgers: LedgersAdapter = {
  name: "sqlite",
  async create() {
    const folder = await mkdtemp(join(tmpdir(), "jumun-ledgers-"));
    return world(
      async () => createSqliteLedgers({ path: join(folder, "made", "ledgers.sqlite") }),
      () => rm(folder, { recursive: true, force: true }),
    );
  },
};

const mongodb: LedgersAdapter = {
  name: "mongodb",
  async create() {
    const [url, database] = [mongodbUrl(), uniqueDatabase()];
    return world(
      () => createMongoLedgers({ url, database, startTimeoutMs: 10_000 }),
      () => dropDatabase(url, database),
    );
  },
};

/** Both adapters, each to be held by the whole contract. */
export const ledgersAdapters: readonly LedgersAdapter[] = [sqliteLedgers, mongodb];
