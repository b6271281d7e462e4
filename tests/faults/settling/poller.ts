/**
 * The poller as `bun run settle` runs it for one day, but with small pages, so that a kill falls between some, and
 * without loading: the loader does that, in a process of its own on either log. Usage: poller.ts <date>
 */
import { createLog } from "../../../deploy/log.ts";
import { openOrderStore } from "../../../deploy/order-store.ts";
import { openBooks, openCodec, openLog } from "../../../deploy/settlement.ts";
import { readSettlementConfig } from "../../../deploy/settlement-config.ts";
import { endWith } from "../../../deploy/settlement-end.ts";
import { runRange, worstFailure } from "../../../settlement/poller/mod.ts";
import { createTossSource } from "../../../settlement/source.toss.ts";

const PAGE_SIZE = 10;
/** How long a killed poller keeps its day from the next one, in ms. In earnest it is half a minute. */
const LEASE_MS = 1_500;

const poll = async (date: string): Promise<number> => {
  const config = readSettlementConfig(process.env);
  const logger = createLog(config.LOG_LEVEL);
  await using opened = new AsyncDisposableStack();
  const log = await openLog(config, logger);
  opened.defer(() => log.close());
  await log.ready();
  const orders = await openOrderStore(config, logger);
  opened.defer(() => orders.close());
  const books = await openBooks(config, orders, logger);
  opened.defer(() => books.close());
  const report = await runRange({
    dates: [date],
    window: 0,
    source: createTossSource({
      baseUrl: config.TOSS_BASE_URL,
      secretKey: config.TOSS_SECRET_KEY ?? "",
      maxPerSecond: config.SETTLEMENT_CALLS_PER_SECOND,
      timeoutMs: 1_500,
      logger,
    }),
    log,
    codec: await openCodec(config),
    store: books.runs,
    logger,
    pageSize: PAGE_SIZE,
    concurrency: 1,
    leaseTtlMs: LEASE_MS,
    leaseWaitMs: 4 * LEASE_MS,
  });
  const failure = worstFailure(report);
  if (failure) throw failure;
  return 0;
};

process.exit(await poll(process.argv[2] ?? "").catch(endWith));
