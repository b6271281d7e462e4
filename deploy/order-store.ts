import type { Log, OrderStore } from "../actors/ports.ts";
import { recentInMemory } from "../actors/store/recent.ts";
import { createSqliteStore } from "../actors/store.sqlite.ts";
import type { Config } from "./config.ts";
import { inDataFolder } from "./data-folder.ts";

/** Opens the orders, as configured. The driver of a server that is not used is not even loaded. */
export const openOrderStore = async (
  config: Pick<Config, "DATA_DIR" | "MONGODB_URL" | "MONGODB_DATABASE">,
  log: Log,
): Promise<OrderStore> => {
  if (!config.MONGODB_URL) {
    return recentInMemory(await createSqliteStore({ path: inDataFolder(config, "orders.sqlite"), log }));
  }
  const { createMongoStore } = await import("../actors/store.mongo.ts");
  return createMongoStore({ url: config.MONGODB_URL, database: config.MONGODB_DATABASE, log });
};
