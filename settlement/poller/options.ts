import { hostname } from "node:os";
import { type Clock, type Log, silentLog, systemClock } from "../../actors/ports.ts";
import type { KstDate } from "../../machines/mod.ts";
import { TerminalSettlementError } from "../errors.ts";
import type { RecordLog, RowCodec, RunStore, SettlementSource } from "../ports.ts";
import { MAX_PAGE_SIZE } from "../source.toss.ts";
import type { PollEvent } from "./events.ts";

/** What a poller works with. */
export interface PollerParts {
  readonly source: SettlementSource;
  readonly log: RecordLog;
  readonly codec: RowCodec;
  readonly store: RunStore;
  readonly clock?: Clock | undefined;
  readonly logger?: Log | undefined;
  /** Aborted: the pages under way are finished, and the run ends with SHUTTING_DOWN. */
  readonly signal?: AbortSignal | undefined;
  /** Called as things happen. Must be quick, and not throw. */
  readonly onEvent?: ((event: PollEvent) => void) | undefined;
}

/** How it works; everything has a default. Times in ms. */
export interface PollerOptions {
  /** Rows a page; 5,000, Toss' most. */
  readonly pageSize?: number | undefined;
  /** Pages under way at once: so many are held in memory. 2, so that one is read while the other is produced. */
  readonly concurrency?: number | undefined;
  /** Most passes of one run over all pages, before ROWS_UNSTABLE or COUNT_MISMATCH; 6. */
  readonly maxPasses?: number | undefined;
  /**
   * What proves a date complete. `passes` (default): two passes in a row agree. `transactions`: the rows' transactions
   * are those of `GET /v1/transactions` on the days that `soldDatesOf` names.
   */
  readonly verify?: "passes" | "transactions" | undefined;
  /** The days whose sales are paid out on a day, by the settlement calendar. Wanted for `transactions`. */
  readonly soldDatesOf?: ((paidOutDate: KstDate) => readonly KstDate[]) | undefined;
  /** How long to wait after a pass that found nothing, before the next one is to confirm it; 3 s. */
  readonly emptyWaitMs?: number | undefined;
  /** How long a killed poller keeps its date; 30 s. */
  readonly leaseTtlMs?: number | undefined;
  /** How long to wait for a date that another poller has; by default a little longer than a lease. */
  readonly leaseWaitMs?: number | undefined;
  /** Names this poller in leases; by default host, process and a random id. */
  readonly owner?: string | undefined;
}

/** The options with their defaults. Throws CONFIG_INVALID. */
export const settingsOf = (options: PollerParts & PollerOptions) => {
  const leaseTtlMs = options.leaseTtlMs ?? 30_000;
  const numbers = {
    pageSize: options.pageSize ?? MAX_PAGE_SIZE,
    concurrency: options.concurrency ?? 2,
    maxPasses: options.maxPasses ?? 6,
    emptyWaitMs: options.emptyWaitMs ?? 3_000,
    leaseTtlMs,
    leaseWaitMs: options.leaseWaitMs ?? leaseTtlMs + 2_000,
  };
  for (const [name, [least, most]] of Object.entries(ranges)) {
    const value = numbers[name as keyof typeof numbers];
    if (!Number.isSafeInteger(value) || value < least || value > most) {
      throw invalid(`the poller's ${name} can't be ${value}`, `Set it to ${least} to ${most}`);
    }
  }
  const verify = options.verify ?? "passes";
  const { soldDatesOf } = options;
  if (verify === "transactions" && !soldDatesOf) {
    throw invalid("to verify by transactions the poller needs a settlement calendar", "Give soldDatesOf");
  }
  return {
    ...numbers,
    verify,
    soldDatesOf,
    source: options.source,
    log: options.log,
    codec: options.codec,
    store: options.store,
    clock: options.clock ?? systemClock,
    logger: options.logger ?? silentLog,
    onEvent: options.onEvent ?? (() => {}),
    owner: options.owner ?? `${hostname()}:${process.pid}:${crypto.randomUUID()}`,
  };
};

export type PollerSettings = ReturnType<typeof settingsOf>;

const DAY_MS = 24 * 60 * 60_000;

const ranges: Readonly<Record<string, readonly [least: number, most: number]>> = {
  pageSize: [1, MAX_PAGE_SIZE],
  concurrency: [1, 64],
  maxPasses: [2, 100],
  emptyWaitMs: [0, DAY_MS],
  leaseTtlMs: [100, DAY_MS],
  leaseWaitMs: [0, DAY_MS],
};

const invalid = (what: string, remedy: string): TerminalSettlementError =>
  new TerminalSettlementError("CONFIG_INVALID", { message: `${what}. Nothing was polled. ${remedy}.` });
