import type { Run } from "../../deploy/capacity/judge.ts";
import { type Offered, type Sent, seriesOf } from "../../deploy/capacity/series.ts";
import type { Point } from "../../deploy/capacity/trend.ts";
import { createRandom } from "../crash/random.ts";

export const RATE = 1_000;
export const SECONDS = 20;
const WARM_UP_MS = 2_000;
const TICK_MS = 10;
const WAIT_MS = 5_000;

/** Rows offered every 10 ms, acknowledged after what `latencyAt` says of the second in which they were due. */
export const offeredWith = (latencyAt: (second: number) => number): Offered => {
  const sent: Sent[] = [];
  const endMs = WARM_UP_MS + SECONDS * 1_000;
  for (let ms = 0; ms < endMs; ms += TICK_MS) {
    const rows = (RATE * TICK_MS) / 1_000;
    sent.push({
      first: sent.length * rows,
      rows,
      ackedMs: ms + TICK_MS + latencyAt((ms - WARM_UP_MS) / 1_000),
    });
  }
  return { rate: RATE, sent, fromMs: WARM_UP_MS, endMs, waitedMs: endMs + WAIT_MS };
};

/** Rows offered every 10 ms to a log that acknowledges them one page after another, no more than `capacity` a second. */
export const saturatedAt = (capacity: number): Offered => {
  let free = 0;
  const offered = offeredWith(() => 0);
  const sent = offered.sent.map((batch) => {
    free = Math.max(free, batch.ackedMs) + (batch.rows / capacity) * 1_000;
    return { ...batch, ackedMs: free <= offered.waitedMs ? free : Number.POSITIVE_INFINITY };
  });
  return { ...offered, sent };
};

/** Up to `most`, the same at each run. */
export const noise = (seed: number, most: number): (() => number) => {
  const random = createRandom(seed);
  return () => random.between(0, most);
};

export const points = (valueAt: (second: number) => number): Point[] =>
  Array.from({ length: SECONDS }, (_, index) => ({ at: index + 1, value: valueAt(index + 1) }));

export const runOf = (offered: Offered, changes: Partial<Run> = {}): Run => ({
  ...{ rate: RATE, seconds: SECONDS, partitions: 12, cut: false, producerCpu: 0.3, loaderCpu: 0.3 },
  series: seriesOf(offered, 1_000),
  lags: points(() => 100),
  ...changes,
});
