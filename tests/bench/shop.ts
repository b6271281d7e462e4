import { dirname } from "node:path";
import { freePort } from "../../deploy/servers/ports.ts";
import { type ShopProcess, startProcess } from "../crash/process.ts";

/** Jumun on the embedded default, started as a user starts it. Resolves when it is ready. */
export const startShop = async (
  dataFolder: string,
  more: Readonly<Record<string, string>> = {},
): Promise<ShopProcess> => {
  const shop = startProcess({
    folder: dirname(dataFolder),
    port: await freePort(),
    env: {
      DATA_DIR: dataFolder,
      NATS_URL: "",
      MONGODB_URL: "",
      // Never called: nothing is paid for.
      TOSS_BASE_URL: "http://127.0.0.1:9",
      TOSS_SECRET_KEY: "test_sk_bench",
      LOG_LEVEL: "warn",
      ...more,
    },
  });
  await shop.ready();
  return shop;
};
