/**
 * Jumun as `deploy/main.ts` starts it, but with shorter waits, so that what a kill left is taken up within seconds
 * and not within ten; with LEASES=ignored it believes to own every partition, and with PLANT=N it has a defect, to
 * see the checker find it.
 */
import { startApp } from "../../deploy/app.ts";
import { readConfig } from "../../deploy/config.ts";
import { createLog } from "../../deploy/log.ts";
import { explain } from "../../deploy/start-error.ts";
import { alone } from "./planted/alone.ts";
import { shopPlants } from "./planted/mod.ts";

const config = readConfig(process.env);
const log = createLog(config.LOG_LEVEL);
const plant = shopPlants[Number(process.env.PLANT)] ?? {};
const lonely = process.env.LEASES === "ignored";

const app = await startApp(config, log, {
  leaseTtlMs: 2_500,
  effectLeaseMs: 3_000,
  retry: { firstMs: 200, maxMs: 2_000, giveUpAfterMs: 86_400_000 },
  around: {
    ...plant,
    store: (store) => {
      const planted = plant.store?.(store) ?? store;
      return lonely ? alone(planted) : planted;
    },
  },
}).catch((error) => {
  const { message, exitCode } = explain(error);
  console.error(message);
  process.exit(exitCode);
});
process.on("SIGTERM", async () => {
  await app.stop();
  process.exit(0);
});
const crash = (error: unknown) => {
  log.error({ error }, "a defect; the process ends");
  process.exit(1);
};
process.on("uncaughtException", crash).on("unhandledRejection", crash);
log.info({ url: app.url, role: config.JUMUN_ROLE, pid: process.pid }, "ready");
