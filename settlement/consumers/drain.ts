import { isSettlementError, RetryableSettlementError } from "../errors.ts";
import { pause } from "../log/pause.ts";
import type { Consumption } from "../ports.ts";
import { type LoaderOptions, runLoader } from "./load.ts";

export interface DrainOptions {
  /** Given: the batches in hand are finished, and the drain ends with SHUTTING_DOWN. */
  readonly signal?: AbortSignal;
  /** How often it looks whether all is done, in ms. Default 50. */
  readonly lookMs?: number;
  /** Without a record handled for so long, it gives up with what went wrong last. In ms; default a minute. */
  readonly giveUpAfterMs?: number;
}

/**
 * Runs loaders side by side until none of their groups has records waiting, then stops them: for a command that runs
 * once. Ends at once with what ends a loader; the others finish their batches.
 *
 * @throws SHUTTING_DOWN, or what went wrong last: STORE_UNAVAILABLE, LOG_UNAVAILABLE, REGISTRY_UNAVAILABLE
 * @example await drain(departments.map(({ group, upsert }) => ({ …, group, upsert: upsert(ledgers) })));
 */
export const drain = async (
  loaders: readonly LoaderOptions[],
  { signal = new AbortController().signal, lookMs = 50, giveUpAfterMs = 60_000 }: DrainOptions = {},
): Promise<void> => {
  let trouble: unknown;
  const watched = loaders.map(
    (loader): LoaderOptions => ({
      ...loader,
      onFailure(error) {
        trouble = error;
        loader.onFailure?.(error);
      },
    }),
  );
  /** Undefined while the log does not say. */
  const waiting = async (): Promise<number | undefined> => {
    try {
      const lags = await Promise.all(loaders.map(({ log, topic, group }) => log.lag(topic, group)));
      return lags.reduce((total, lag) => total + lag, 0);
    } catch (error) {
      if (!isSettlementError(error) || !error.retryable) throw error;
      trouble = error;
      return undefined;
    }
  };
  const untilDone = async (ended: AbortSignal): Promise<void> => {
    let least = Number.POSITIVE_INFINITY;
    let since = performance.now();
    while (!ended.aborted) {
      if (signal.aborted) throw shuttingDown();
      const left = await waiting();
      if (left === 0) return;
      if (left !== undefined && left < least) {
        least = left;
        since = performance.now();
      } else if (performance.now() - since > giveUpAfterMs) throw gaveUp(left, trouble);
      await pause(lookMs, signal);
    }
  };

  const running: Consumption[] = [];
  const over = new AbortController();
  try {
    for (const loader of watched) running.push(await runLoader(loader));
    // A loader that ends does so with an error: it is stopped only below.
    const failures = running.map(({ ended }) => ended.then(() => new Promise<never>(() => {})));
    await Promise.race([untilDone(over.signal), ...failures]);
  } finally {
    over.abort();
    await Promise.all(running.map((consumption) => consumption.stop()));
  }
};

const shuttingDown = (): RetryableSettlementError =>
  new RetryableSettlementError("SHUTTING_DOWN", {
    message:
      "The loaders were told to stop. The batches in hand were finished and are stored; other records wait. " +
      "Run it again: it goes on from there.",
  });

const gaveUp = (left: number | undefined, trouble: unknown): unknown =>
  isSettlementError(trouble)
    ? trouble
    : new RetryableSettlementError("LOG_UNAVAILABLE", {
        message:
          `${left ?? "Some"} records wait in the log, and none was handled for a while. What was handled is stored. ` +
          "See whether another loader holds the groups, and run it again: it goes on from there.",
        cause: trouble,
      });
