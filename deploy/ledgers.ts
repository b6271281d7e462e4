import { parseArgs } from "node:util";
import { departments, drain, runLoader } from "../settlement/consumers/mod.ts";
import { exitCodes } from "../settlement/errors.ts";
import { loadersOf } from "./loaders.ts";
import { createLog } from "./log.ts";
import { settingsHelp } from "./settings.ts";
import { openCodec, openLedgers, openLog } from "./settlement.ts";
import { readSettlementConfig, SettlementSettings } from "./settlement-config.ts";
import { endWith } from "./settlement-end.ts";

const names = departments.map(({ name }) => name);

const help = `Keeps the departments' ledgers up to date with the settled rows in the log, until it is stopped.

Usage: bun run ledgers [--group ${names.join("|")}] [--until-caught-up]
  --group             one department's ledger; may be given again [all]
  --until-caught-up   ends when no record waits

Settings, from the environment (NAME_FILE=<path> reads one from a file):
${settingsHelp(SettlementSettings)}`;

/** Throws an Error that says what is wrong with the command line. */
const flagsOf = (args: string[]) => {
  const { values } = parseArgs({
    args,
    options: {
      group: { type: "string", multiple: true },
      "until-caught-up": { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const unknown = values.group?.find((group) => !names.some((name) => name === group));
  if (unknown !== undefined)
    throw new Error(`There is no group "${unknown}": choose of ${names.join(", ")}.`);
  const those = departments.filter(({ name }) => values.group?.includes(name) ?? true);
  return { ...values, those };
};

const run = async ({ those, "until-caught-up": once }: ReturnType<typeof flagsOf>): Promise<number> => {
  const config = readSettlementConfig(process.env);
  const logger = createLog(config.LOG_LEVEL);
  const stopping = new AbortController();
  const asked = new Promise<void>((resolve) => {
    for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => resolve());
  });
  void asked.then(() => stopping.abort());

  await using opened = new AsyncDisposableStack();
  const log = await openLog(config, logger);
  opened.defer(() => log.close());
  const ledgers = await openLedgers(config, logger);
  opened.defer(() => ledgers.close());
  const loaders = loadersOf({ log, codec: await openCodec(config), ledgers, logger }, those);
  const groups = loaders.map(({ group }) => group);
  if (once) {
    await drain(loaders, { signal: stopping.signal });
    logger.info({ groups }, "no record waits");
    return 0;
  }
  const running = await Promise.all(loaders.map(runLoader));
  logger.info({ groups, pid: process.pid }, "loading");
  try {
    await Promise.race([asked, ...running.map(({ ended }) => ended)]);
  } finally {
    await Promise.all(running.map((loader) => loader.stop()));
  }
  logger.info({ groups }, "stopped");
  return 0;
};

const main = async (args: string[]): Promise<number> => {
  let flags: ReturnType<typeof flagsOf>;
  try {
    flags = flagsOf(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\nSee bun run ledgers --help`);
    return exitCodes.DATE_INVALID;
  }
  if (!flags.help) return run(flags);
  console.log(help);
  return 0;
};

process.exit(await main(process.argv.slice(2)).catch(endWith));
