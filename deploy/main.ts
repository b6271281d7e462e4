import { startApp } from "./app.ts";
import { ConfigError, readConfig, Settings } from "./config.ts";
import { createLog } from "./log.ts";

const help = () => {
  const lines = Object.entries(Settings.properties).map(
    ([name, { description, default: fallback }]) =>
      `  ${name.padEnd(24)} ${description}${fallback === undefined ? "" : ` [${fallback}]`}`,
  );
  console.log(`Jumun: orders, card payments and refunds.

Usage: bun run start [--help]

Settings, from the environment (NAME_FILE=<path> reads one from a file):
${lines.join("\n")}

With neither NATS_URL nor MONGODB_URL everything lives in DATA_DIR. To try it without a Toss account:
  bun run toss:mock          # prints its URL and secret key`);
};

if (process.argv.includes("--help") || process.argv.includes("-h")) {
  help();
  process.exit(0);
}

try {
  const config = readConfig(process.env);
  const log = createLog(config.LOG_LEVEL);
  const app = await startApp(config, log);
  log.info({ url: app.url, role: config.JUMUN_ROLE, pid: process.pid }, "ready");

  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, "stopping: finishing what was accepted");
    await app.stop();
    log.info({}, "stopped");
    process.exit(0);
  };
  process.on("SIGTERM", () => void stop("SIGTERM"));
  process.on("SIGINT", () => void stop("SIGINT"));
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(error instanceof ConfigError ? 78 : 1); // 78: EX_CONFIG of sysexits.h
}
