import { type Offered, rowDueAt, type Sent } from "./series.ts";

export interface OfferOptions {
  /** Rows a second. */
  readonly rate: number;
  readonly warmUpMs: number;
  /** After the warm-up. */
  readonly ms: number;
  /** Hands rows `first` to before `first + rows` to the log; resolves when it has acknowledged all of them. */
  produce(first: number, rows: number): Promise<void>;
  readonly signal: AbortSignal;
  /** The warm-up is over. */
  onWarm(): void;
  /** No more rows are due. */
  onEnd(): void;
  onProgress(seconds: number): void;
}

export interface Offer extends Offered {
  readonly cut: boolean;
}

/** As Toss' pages have it: the poller hands so many over at once at most. */
const MOST_ROWS = 5_000;
/** So many such calls are under way, as with SETTLEMENT_CONCURRENCY when it is not set. */
const MOST_CALLS = 2;
const TICK_MS = 10;
/** So often the clock is looked at while a log that stands still answers nothing. */
const LOOK_MS = 100;
/** Behind by so much a run is ended, and what is on its way is waited for as long. */
const MOST_BEHIND_MS = 5_000;

/**
 * Offers rows by the clock: row n is due n / rate after the start, whatever became of those before it. What the log does
 * not take in time waits, and goes with the next call, up to a page at once. @throws what `produce` throws
 */
export const offer = async (options: OfferOptions): Promise<Offer> => {
  const { rate, warmUpMs, ms, produce, signal, onWarm, onEnd, onProgress } = options;
  const startedAt = performance.now();
  const elapsed = () => performance.now() - startedAt;
  const lastMs = warmUpMs + ms;
  const sent: Sent[] = [];
  const underWay = new Set<Promise<void>>();
  let next = 0;
  let failure: unknown;
  let warm = false;
  let told = 0;
  let endMs = lastMs;
  let cut = false;

  const send = (rows: number): void => {
    const batch: Sent = { first: next, rows, ackedMs: Number.POSITIVE_INFINITY };
    sent.push(batch);
    next += rows;
    const call = produce(batch.first, rows)
      .then(() => {
        batch.ackedMs = elapsed();
      })
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => underWay.delete(call));
    underWay.add(call);
  };
  let oldest = 0;
  /** How long the oldest row that is not acknowledged has been due. */
  const behindMs = (now: number): number => {
    while (sent[oldest] && sent[oldest]?.ackedMs !== Number.POSITIVE_INFINITY) oldest += 1;
    return now - ((sent[oldest]?.first ?? next) / rate) * 1_000;
  };
  const given = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => given.resolve(), { once: true });

  while (!signal.aborted && failure === undefined) {
    const now = elapsed();
    if (!warm && now >= warmUpMs) {
      warm = true;
      onWarm();
    }
    if (Math.floor(now / 1_000) > told) {
      told = Math.floor(now / 1_000);
      onProgress(now / 1_000);
    }
    const due = rowDueAt(Math.min(now, lastMs), rate);
    if (now >= lastMs) break;
    if (now > warmUpMs + MOST_BEHIND_MS && behindMs(now) > MOST_BEHIND_MS) {
      [cut, endMs] = [true, now];
      break;
    }
    if (due > next && underWay.size < MOST_CALLS) send(Math.min(due - next, MOST_ROWS));
    else if (underWay.size < MOST_CALLS) await Bun.sleep(TICK_MS);
    else await Promise.race([...underWay, given.promise, Bun.sleep(LOOK_MS)]);
  }
  onEnd();
  // What was due and has not left goes as well, unless it is hopeless.
  const giveUpAt = elapsed() + MOST_BEHIND_MS;
  const due = rowDueAt(endMs, rate);
  while (
    !signal.aborted &&
    failure === undefined &&
    elapsed() < giveUpAt &&
    (next < due || underWay.size > 0)
  ) {
    if (!cut && next < due && underWay.size < MOST_CALLS) send(Math.min(due - next, MOST_ROWS));
    else if (underWay.size === 0) break;
    else await Promise.race([...underWay, given.promise, Bun.sleep(giveUpAt - elapsed())]);
  }
  if (failure !== undefined) throw failure;
  return { rate, sent, fromMs: warmUpMs, endMs, waitedMs: elapsed(), cut };
};
