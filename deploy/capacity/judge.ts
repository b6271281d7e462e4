import { thousands } from "./numbers.ts";
import type { Series } from "./series.ts";
import { medianOf, type Point, type Trend, trendOf } from "./trend.ts";

/** What was seen while rows were offered at one rate. */
export interface Run {
  /** Rows a second. */
  readonly rate: number;
  /** That were judged, after the warm-up; fewer than asked for when it was cut short. */
  readonly seconds: number;
  readonly partitions: number;
  readonly series: Series;
  /** Records that the loader had not stored an offset for. */
  readonly lags: readonly Point[];
  /** It was so far behind that it was ended. */
  readonly cut: boolean;
  /** Of one core: 1 is all of it. */
  readonly producerCpu: number;
  readonly loaderCpu: number;
}

export interface Judgement {
  readonly keepsUp: boolean;
  /** Acknowledged of offered, 1 when all. */
  readonly pace: number;
  readonly paceHolds: boolean;
  /** Of the p50 and the p99 of each slice, in ms. */
  readonly latency: Trend;
  /** In records. */
  readonly lag: Trend;
  /** Why not; empty when it keeps up. */
  readonly reasons: readonly string[];
}

/** Of what is offered so much must be acknowledged. */
export const LEAST_PACE = 0.99;
/** Latency that rises by less is no queue that builds up. ms */
const LEAST_RISE_MS = 50;
/** Nor is a rise by less than half of what is usual. */
const RISE_SHARE = 0.5;
/** A lag that rises by less than so much of a second's rows is what a batch makes. */
const LEAST_LAG_S = 0.5;

/** How it is judged, for whoever reads the verdict. */
export const METHOD =
  `It keeps up when at least ${LEAST_PACE * 100}% of the offered rate is acknowledged (the median pace), and neither ` +
  `latency nor consumer lag grows: by Theil–Sen's slope over the last two thirds of the run latency rises by no more than ${LEAST_RISE_MS} ms ` +
  `or half of its median, and the lag by no more than 1% of the rows or ${LEAST_LAG_S * 1_000} ms of them, or the rise is ` +
  "one that chance makes too (Mann–Kendall, 1%). Latency counts from when a row was due, not from when it was sent.";

/** Says whether a rate was kept up with. Pure. */
export const judge = (run: Run): Judgement => {
  const { rate, seconds, series, lags, cut } = run;
  const pace = series.achieved / rate;
  const paceHolds = pace >= LEAST_PACE && !cut;
  const latency = latencyTrend(series);
  const lag = trendOf(settled(lags), rate * Math.max(LEAST_LAG_S, 0.01 * seconds));
  const reasons: string[] = [];
  if (cut) reasons.push(`it was so far behind after ${seconds.toFixed(0)} s that it was ended`);
  if (pace < LEAST_PACE) {
    reasons.push(
      `${thousands(series.achieved)} rows/s were acknowledged of ${thousands(rate)} (${(pace * 100).toFixed(1)}%)`,
    );
  }
  if (latency.growing) {
    reasons.push(
      `latency grew by ${thousands(latency.slope)} ms each second, ${thousands(latency.rise)} ms in what was judged`,
    );
  }
  if (series.unacknowledged > 0) {
    reasons.push(`${thousands(series.unacknowledged)} rows that were due were not acknowledged in the end`);
  }
  if (lag.growing) {
    reasons.push(
      `the loader fell behind by ${thousands(lag.slope)} records each second, ${thousands(lag.rise)} in what was judged`,
    );
  }
  return { keepsUp: reasons.length === 0, pace, paceHolds, latency, lag, reasons };
};

/** A queue first fills to what a rate keeps in it; only what comes after says whether it goes on growing. */
const settled = (points: readonly Point[]): readonly Point[] => points.slice(Math.floor(points.length / 3));

/** Of the two the one that grows, or that rises more. */
const latencyTrend = ({ slices }: Series): Trend => {
  const trends = (["p50", "p99"] as const).map((which) => {
    const points = slices.map((slice): Point => ({ at: slice.at, value: slice[which] }));
    const usual = medianOf(points.map(({ value }) => value));
    return trendOf(settled(points), Math.max(LEAST_RISE_MS, RISE_SHARE * (usual || 0)));
  });
  const [p50, p99] = trends as [Trend, Trend];
  if (p50.growing !== p99.growing) return p50.growing ? p50 : p99;
  return p50.rise > p99.rise ? p50 : p99;
};
