/** Jumun as `deploy/main.ts` starts it, but an effect whose result could not be stored runs again after a second. */
import { startApp } from "../../../deploy/app.ts";
import { readConfig } from "../../../deploy/config.ts";
import { createLog } from "../../../deploy/log.ts";

const config = readConfig(process.env);
const log = createLog(config.LOG_LEVEL);
const app = await startApp(config, log, { effectLeaseMs: 1_000 });
process.on("SIGTERM", async () => {
  await app.stop();
  log.info({}, "stopped");
  process.exit(0);
});
log.info({ url: app.url }, "ready");
