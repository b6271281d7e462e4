import { Database } from "bun:sqlite";
import { join } from "node:path";
import type { Shop } from "./shop.ts";

/**
 * Leaves the shop with a gateway that takes commands and with nobody who runs them, so that a test can be sure that a
 * command was not run before its process was killed. Resolves to what ends that. `env` is of the gateway's process.
 */
export const takeOnly = async (
  shop: Shop,
  env: Readonly<Record<string, string>> = {},
): Promise<() => void> => {
  await shop.processes.at(-1)?.kill9();
  if (shop.settings.NATS_URL) {
    await shop.start({ env: { ...env, JUMUN_ROLE: "gateway" } });
    return () => {};
  }
  // One process there: it takes commands, but can store nothing while somebody else writes.
  await shop.start({ env });
  const database = new Database(join(`${shop.settings.DATA_DIR}`, "orders.sqlite"));
  database.run("BEGIN IMMEDIATE");
  return () => {
    database.run("ROLLBACK");
    database.close();
  };
};
