/**
 * The poller of the demo that is killed: `settle` as it is, in a process of its own, on the settings of its environment.
 * Pages are small, so that a few orders make several of them. With HOLD_PAGE=N it tells its parent `held` once the records of
 * its Nth page are durable and before that page's checkpoint is, and waits there to be killed.
 *
 * Usage: poller.ts <date>
 */
import type { RunStore } from "../../settlement/ports.ts";
import { createLog } from "../log.ts";
import { settle } from "../settle.ts";
import { readSettlementConfig } from "../settlement-config.ts";
import { endWith } from "../settlement-end.ts";

/** Rows a page. */
export const DEMO_PAGE = 10;

/** How long a killed poller keeps its day from the next one, in ms. In earnest it is half a minute. */
const LEASE_MS = 500;

const holdingAt =
  (page: number) =>
  (store: RunStore): RunStore => ({
    ...store,
    async savePage(date, checkpoint) {
      if (checkpoint.page !== page) return store.savePage(date, checkpoint);
      process.send?.("held");
      return new Promise<never>(() => setInterval(() => {}, 1_000));
    },
  });

const main = async (date: string): Promise<number> => {
  await settle(
    readSettlementConfig(process.env),
    { date, window: 0, load: true, json: false },
    {
      logger: createLog("error", "stderr"),
      signal: new AbortController().signal,
      print: () => {},
      poller: { pageSize: DEMO_PAGE, concurrency: 1, leaseTtlMs: LEASE_MS },
      checkpoints: holdingAt(Number(process.env.HOLD_PAGE ?? 0)),
    },
  );
  return 0;
};

if (import.meta.main) process.exit(await main(process.argv[2] ?? "").catch(endWith));
