/** Jumun as `deploy/main.ts` starts it, but with a clock that is CLOCK_AHEAD_MS ahead of the machine's. */
import { startApp } from "../../deploy/app.ts";
import { readConfig } from "../../deploy/config.ts";
import { createLog } from "../../deploy/log.ts";

const config = readConfig(process.env);
const log = createLog(config.LOG_LEVEL);
const ahead = Number(process.env.CLOCK_AHEAD_MS);
const app = await startApp(config, log, { clock: { now: () => Date.now() + ahead } });
log.info({ url: app.url, ahead }, "ready");
