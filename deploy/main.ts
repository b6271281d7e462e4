import { parseArgs } from "node:util";
import { startApp } from "./app.ts";
import { readConfig, Settings } from "./config.ts";
import { createLog } from "./log.ts";
import { startMockBeside } from "./mock.ts";
import { settingsHelp } from "./settings.ts";
import { explain } from "./start-error.ts";

/** Of sysexits.h. */
const EX_USAGE = 64;

const help = () => {
  console.log(`Jumun: orders, card payments and refunds.

Usage: bun run start [--mock [--mock-port 9090]] [--help]
  --mock  with a Toss mock beside it: no account, no real money, orders in the folder mock of DATA_DIR.
          bun run simulate then gives it customers. The mock forgets its payments when it ends.

Settings, from the environment (NAME_FILE=<path> reads one from a file):
${settingsHelp(Settings)}

Callers show a token (bun run token makes one); with --mock they need none, unless AUTH_JWKS is set.
With neither NATS_URL nor MONGODB_URL everything lives in DATA_DIR.`);
};

const run = async (mockPort: number | undefined): Promise<void> => {
  const mock = mockPort === undefined ? undefined : await startMockBeside(mockPort, process.env);
  const config = readConfig(mock?.settings() ?? process.env);
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
      await mock?.stop();
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
  if (mock) log.warn({ url: mock.url, dataDir: config.DATA_DIR }, "TOSS IS A MOCK: no money is real here");
  log.info({ url: app.url, role: config.JUMUN_ROLE, pid: process.pid }, "ready");
};

/** Undefined without `--mock`. Throws an Error that says what is wrong. */
const readMockPort = (values: { mock: boolean; "mock-port": string }): number | undefined => {
  const port = Number(values["mock-port"]);
  if (!/^\d{1,5}$/.test(values["mock-port"]) || port > 65_535) {
    throw new Error(`--mock-port ${values["mock-port"]} is not a TCP port.`);
  }
  return values.mock ? port : undefined;
};

const main = async (): Promise<void> => {
  let mockPort: number | undefined;
  try {
    const { values } = parseArgs({
      options: {
        mock: { type: "boolean", default: false },
        "mock-port": { type: "string", default: "9090" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) return help();
    mockPort = readMockPort(values);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error} See bun run start --help.`);
    process.exit(EX_USAGE);
  }
  await run(mockPort).catch((error) => {
    const { message, exitCode } = explain(error);
    console.error(message);
    process.exit(exitCode);
  });
};

await main();
