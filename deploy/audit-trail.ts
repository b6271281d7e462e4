import { existsSync } from "node:fs";
import { join } from "node:path";
import { openSqliteOrders } from "../actors/audit/orders.sqlite.ts";
import type { AuditedOrders } from "../actors/audit/orders.ts";
import { createSqliteAuditStore } from "../actors/audit/store.sqlite.ts";
import type { AuditStore } from "../actors/audit/store.ts";
import type { Log } from "../actors/ports.ts";
import type { Config } from "./config.ts";
import { inDataFolder } from "./data-folder.ts";
import { StartError } from "./start-error.ts";

type Where = Pick<Config, "DATA_DIR" | "MONGODB_URL" | "MONGODB_DATABASE">;

const ORDERS = "orders.sqlite";
const TRAIL = "audit.sqlite";

/** Opens the audit trail to be written, as configured. */
export const openAuditStore = async (config: Where, log: Log): Promise<AuditStore> => {
  const { MONGODB_URL: url, MONGODB_DATABASE: database } = config;
  if (!url) return createSqliteAuditStore({ path: inDataFolder(config, TRAIL) });
  const { createMongoAuditStore } = await import("../actors/audit/store.mongo.ts");
  return createMongoAuditStore({ url, database, log });
};

/** Opens the orders to be looked at beside whoever writes them. They must be there. */
export const openAuditedOrders = async (config: Where, log: Log): Promise<AuditedOrders> => {
  const { MONGODB_URL: url, MONGODB_DATABASE: database } = config;
  if (!url) return openSqliteOrders(inDataFolder(config, ORDERS));
  const { openMongoOrders } = await import("../actors/audit/orders.mongo.ts");
  return openMongoOrders({ url, database, log });
};

const noTrail: Pick<AuditStore, "read" | "newest" | "close"> = {
  read: async () => [],
  newest: async () => undefined,
  close: async () => {},
};

/** Both for who only looks. Throws StartError where there is no shop; one of an earlier release has no trail. */
export const openToVerify = async (config: Where, log: Log) => {
  if (config.MONGODB_URL) {
    return { orders: await openAuditedOrders(config, log), trail: await openAuditStore(config, log) };
  }
  const path = (file: string) => join(config.DATA_DIR, file);
  if (!existsSync(path(ORDERS))) {
    throw new StartError(
      `${path(ORDERS)} is not there, so there are no orders to verify. Set DATA_DIR to the shop's folder, or MONGODB_URL.`,
    );
  }
  const trail = existsSync(path(TRAIL))
    ? await createSqliteAuditStore({ path: path(TRAIL), readOnly: true })
    : noTrail;
  return { orders: openSqliteOrders(path(ORDERS)), trail };
};
