import { startApp } from "./app.ts";
import { readConfig, Settings } from "./config.ts";
import { createLog } from "./log.ts";
import { settingsHelp } from "./settings.ts";
import { explain } from "./start-error.ts";

const help = () => {
  console.log(`Jumun: orders, card payments and refunds.

Usage: bun run start [--help]

Settings, from the environment (NAME_FILE=<path> reads one from a file):
${settingsHelp(Settings)}

With neither NATS_URL nor MONGODB_URL everything lives in DATA_DIR. To try it without a Toss account:
  bun run toss:mock          # prints its URL and secret key`);
};

const run = async (): Promise<void> => {
  const config = readConfig(process.env);
  const log = createLog(config.LOG_LEVEL);
  const starting = startApp(config, log);

  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) {
      log.warn({ signal }, "ending at once; what was accepted is resumed at the next start");
      process.exit(1);
    }
    stopping = true;
    log.info({ signal }, "stopping: finishing what was accepted");
    try {
      await (await starting).stop();
    } catch (error) {
      log.error({ error }, "the stop failed; what was accepted is resumed at the next start");
      process.exit(1);
    }
    log.info({}, "stopped");
    process.exit(0);
  };
  process.on("SIGTERM", stop).on("SIGINT", stop);
  const crash = (error: unknown) => {
    log.error({ error }, "a defect; the process ends, so that the next one starts from what is stored");
    process.exit(1);
  };
  process.on("uncaughtException", crash).on("unhandledRejection", crash);

  const app = await starting;
  log.info({ url: app.url, role: config.JUMUN_ROLE, pid: process.pid }, "ready");
};

if (process.argv.includes("--help") || process.argv.includes("-h")) {
  help();
} else {
  await run().catch((error) => {
    const { message, exitCode } = explain(error);
    console.error(message);
    process.exit(exitCode);
  });
}
