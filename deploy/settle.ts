import { parseArgs } from "node:util";
import { type Clock, type Log, systemClock } from "../actors/ports.ts";
import { drain } from "../settlement/consumers/mod.ts";
import { datesOf } from "../settlement/dates.ts";
import { exitCodes } from "../settlement/errors.ts";
import { type PollerOptions, runRange, worstFailure } from "../settlement/poller/mod.ts";
import type { RunStore } from "../settlement/ports.ts";
import { createProgress } from "../settlement/progress.ts";
import { reconciliationTable } from "../settlement/reconcile/table.ts";
import { createTossSource } from "../settlement/source.toss.ts";
import { loadersOf } from "./loaders.ts";
import { createLog } from "./log.ts";
import { openOrderStore } from "./order-store.ts";
import { ConfigError, type Env, settingsHelp } from "./settings.ts";
import { calendarOf, openBooks, openCodec, openLog } from "./settlement.ts";
import { readSettlementConfig, type SettlementConfig, SettlementSettings } from "./settlement-config.ts";
import { endWith } from "./settlement-end.ts";

const help = `Reads what Toss settles on a day, and gives each row to the departments. Runs once and ends.

Usage: bun run settle [--date 2026-11-20 | --from 2026-11-18 --to 2026-11-20] [--window 3] [--load] [--json]
  --date      the day of payout, KST [today in Seoul]
  --from, --to  a range of them
  --window N  so many days before are polled again, since rows can come late
  --load      also fill the ledgers and print the reconciliation [always without Kafka]
  --json      the reconciliation as JSON instead of a table

Ends with 0 done · 64 wrong dates · 69 something is away: run it again, it goes on where it ended · 74 a damaged file ·
75 another poller has the day · 76 Toss refuses us · 77 the rows do not add up · 78 settings · 70 a defect.

Settings, from the environment (NAME_FILE=<path> reads one from a file):
${settingsHelp(SettlementSettings)}`;

export interface SettleFlags {
  readonly date?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly window?: number | undefined;
  readonly load: boolean;
  readonly json: boolean;
}

const sourceOf = (config: SettlementConfig, logger: Log, signal: AbortSignal) => {
  if (config.TOSS_SECRET_KEY === undefined) {
    throw new ConfigError(["TOSS_SECRET_KEY is missing (Toss secret key, wanted by the poller)."]);
  }
  return createTossSource({
    baseUrl: config.TOSS_BASE_URL,
    secretKey: config.TOSS_SECRET_KEY,
    maxPerSecond: config.SETTLEMENT_CALLS_PER_SECOND,
    maxConcurrent: config.SETTLEMENT_CONCURRENCY,
    giveUpAfterMs: config.SETTLEMENT_GIVE_UP_MINUTES * 60_000,
    signal,
    logger,
  });
};

export interface SettleParts {
  readonly logger: Log;
  readonly clock?: Clock;
  readonly signal: AbortSignal;
  print(text: string): void;
  /** What no setting says; for rehearsals. */
  readonly poller?: PollerOptions;
  /** Stands before the store of checkpoints; for rehearsals, which stop there. */
  checkpoints?(store: RunStore): RunStore;
}

/** Polls the days asked for, and without Kafka fills the ledgers too. Rejects with a SettlementError. */
export const settle = async (
  config: SettlementConfig,
  flags: SettleFlags,
  parts: SettleParts,
): Promise<void> => {
  const { logger, clock = systemClock, signal, print, checkpoints = (store) => store } = parts;
  const dates = datesOf(flags, clock);
  const calendar = await calendarOf(config, dates[0] ?? "", dates.at(-1) ?? "");
  const source = sourceOf(config, logger, signal);

  await using opened = new AsyncDisposableStack();
  const log = await openLog(config, logger);
  opened.defer(() => log.close());
  // Before Toss is asked for anything that could then go nowhere.
  await log.ready();
  const codec = await openCodec(config);
  const orders = await openOrderStore(config, logger);
  opened.defer(() => orders.close());
  const books = await openBooks(config, orders, logger);
  opened.defer(() => books.close());

  const progress = createProgress({ logger });
  const report = await runRange({
    dates,
    window: flags.window ?? config.SETTLEMENT_WINDOW_DAYS,
    source,
    log,
    codec,
    store: checkpoints(books.runs),
    clock,
    logger,
    signal,
    onEvent: progress.onEvent,
    concurrency: config.SETTLEMENT_CONCURRENCY,
    verify: config.SETTLEMENT_VERIFY,
    soldDatesOf: calendar.soldDatesOf,
    ...parts.poller,
  }).finally(() => progress.stop());
  for (const { date, error } of report.failures) {
    logger.error({ date, code: error.code, error }, "a day was not settled");
  }
  const failure = worstFailure(report);
  if (failure) throw failure;

  if (!flags.load && config.KAFKA_BROKERS) return;
  await drain(loadersOf({ log, codec, ledgers: books.ledgers, logger }));
  for (const date of dates) {
    const reconciliation = await books.reader.reconciliation(date);
    print(flags.json ? JSON.stringify(reconciliation, null, 2) : reconciliationTable(reconciliation));
    if (!reconciliation.clean) {
      logger.error({ date, counts: reconciliation.counts }, "the day does not reconcile: see its findings");
    }
  }
};

/** Reads the command line. Throws an Error that says what is wrong with it. */
const flagsOf = (args: string[]): SettleFlags | "help" => {
  const { values } = parseArgs({
    args,
    options: {
      date: { type: "string" },
      from: { type: "string" },
      to: { type: "string" },
      window: { type: "string" },
      load: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  const { window, help: _, ...rest } = values;
  if (window === undefined) return rest;
  if (!/^\d{1,2}$/.test(window)) throw new Error(`--window ${window} is no number of days from 0 to 60.`);
  return { ...rest, window: Number(window) };
};

const main = async (args: string[], env: Env): Promise<number> => {
  let flags: SettleFlags | "help";
  try {
    flags = flagsOf(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\nSee bun run settle --help`);
    return exitCodes.DATE_INVALID;
  }
  if (flags === "help") {
    console.log(help);
    return 0;
  }
  const stopping = new AbortController();
  for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => stopping.abort());
  const config = readSettlementConfig(env);
  await settle(config, flags, {
    logger: createLog(config.LOG_LEVEL, "stderr"),
    signal: stopping.signal,
    print: console.log,
  });
  return 0;
};

if (import.meta.main) process.exit(await main(process.argv.slice(2), process.env).catch(endWith));
