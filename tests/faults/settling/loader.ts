/**
 * The departments' loaders as `bun run ledgers` runs them, in small batches; with PLANT=5 offsets are stored before
 * rows. Usage: loader.ts [--until-caught-up]
 */
import { loadersOf } from "../../../deploy/loaders.ts";
import { createLog } from "../../../deploy/log.ts";
import { openCodec, openLedgers, openLog } from "../../../deploy/settlement.ts";
import { readSettlementConfig } from "../../../deploy/settlement-config.ts";
import { endWith } from "../../../deploy/settlement-end.ts";
import { drain, runLoader } from "../../../settlement/consumers/mod.ts";
import { offsetFirst } from "../planted/offset-first.ts";

const MAX_BATCH = 20;

const load = async (once: boolean): Promise<number> => {
  const config = readSettlementConfig(process.env);
  const logger = createLog(config.LOG_LEVEL);
  await using opened = new AsyncDisposableStack();
  const real = await openLog(config, logger);
  opened.defer(() => real.close());
  const log = process.env.PLANT === "5" ? offsetFirst(real) : real;
  const ledgers = await openLedgers(config, logger);
  opened.defer(() => ledgers.close());
  const parts = { log, codec: await openCodec(config), ledgers, logger };
  const loaders = loadersOf(parts).map((one) => ({ ...one, maxBatch: MAX_BATCH }));
  if (once) {
    await drain(loaders, { giveUpAfterMs: 60_000 });
    return 0;
  }
  const asked = new Promise<void>((resolve) => process.once("SIGTERM", () => resolve()));
  const running = await Promise.all(loaders.map(runLoader));
  logger.info({ pid: process.pid }, "loading");
  try {
    await Promise.race([asked, ...running.map(({ ended }) => ended)]);
  } finally {
    await Promise.all(running.map((one) => one.stop()));
  }
  return 0;
};

process.exit(await load(process.argv.includes("--until-caught-up")).catch(endWith));
