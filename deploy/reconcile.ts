import { parseArgs } from "node:util";
import { systemClock } from "../actors/ports.ts";
import { datesOf } from "../settlement/dates.ts";
import { exitCodes } from "../settlement/errors.ts";
import { reconciliationTable } from "../settlement/reconcile/table.ts";
import { createLog } from "./log.ts";
import { openOrderStore } from "./order-store.ts";
import { openBooks } from "./settlement.ts";
import { readSettlementConfig } from "./settlement-config.ts";
import { endWith } from "./settlement-end.ts";

/** EX_DATAERR of sysexits.h: the work was done, and what it found is wrong. */
const NOT_CLEAN = 65;

const help = `Takes the settled rows of a day to the orders' captures and refunds, and says what does not match.

Usage: bun run reconcile [--date 2026-11-20 | --from 2026-11-18 --to 2026-11-20] [--json]

Ends with 0 when all matches, 65 when something does not, and else as bun run settle does. Settings: as bun run settle.`;

const options = {
  date: { type: "string" },
  from: { type: "string" },
  to: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

const main = async (args: string[]): Promise<number> => {
  let flags: ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];
  try {
    flags = parseArgs({ args, options }).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\nSee bun run reconcile --help`);
    return exitCodes.DATE_INVALID;
  }
  if (flags.help) {
    console.log(help);
    return 0;
  }
  const dates = datesOf(flags, systemClock);
  const config = readSettlementConfig(process.env);
  const logger = createLog(config.LOG_LEVEL, "stderr");
  await using opened = new AsyncDisposableStack();
  const orders = await openOrderStore(config, logger);
  opened.defer(() => orders.close());
  const books = await openBooks(config, orders, logger);
  opened.defer(() => books.close());
  let clean = true;
  for (const date of dates) {
    const report = await books.reader.reconciliation(date);
    clean &&= report.clean;
    console.log(flags.json ? JSON.stringify(report) : reconciliationTable(report));
  }
  return clean ? 0 : NOT_CLEAN;
};

process.exit(await main(process.argv.slice(2)).catch(endWith));
