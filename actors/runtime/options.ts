import { DAY_MS, MINUTE_MS } from "../../machines/mod.ts";
import type { RetryOptions } from "./effects/runner.ts";

export interface RuntimeOptions {
  /** Most commands in one write. */
  readonly maxBatch: number;
  /** Writes under way at once. */
  readonly lanes: number;
  /** Orders kept in memory, some 10 KB each. */
  readonly cacheSize: number;
  /** How often due timers and effects are looked for, in ms. */
  readonly scanEveryMs: number;
  /** How long a partition stays with a process that no longer answers, in ms. */
  readonly leaseTtlMs: number;
  /** How long a running effect is left alone before another runner takes it over, in ms. */
  readonly effectLeaseMs: number;
  readonly replyRetentionMs: number;
  /** How often a command may fail by itself before it becomes a dead letter. */
  readonly maxFailures: number;
  /** How long a failed command or one that met a store that is away waits, in ms; doubled each time up to 30 s. */
  readonly redeliverAfterMs: number;
  /** How long `stop` waits for calls to Toss that are under way, in ms. */
  readonly stopGraceMs: number;
  readonly retry: RetryOptions;
}

export const defaultRuntimeOptions: RuntimeOptions = {
  maxBatch: 256,
  lanes: 2,
  cacheSize: 1_000,
  scanEveryMs: 500,
  leaseTtlMs: 10_000,
  effectLeaseMs: 10_000,
  replyRetentionMs: 15 * DAY_MS,
  maxFailures: 5,
  redeliverAfterMs: 200,
  stopGraceMs: MINUTE_MS,
  retry: { firstMs: 1_000, maxMs: 5 * MINUTE_MS, giveUpAfterMs: 15 * DAY_MS },
};
