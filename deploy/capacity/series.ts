import { type Point, quantileOf, slopeOf } from "./trend.ts";

/** Rows that were handed to the log together, in the order of their numbers. */
export interface Sent {
  /** The number of its first row. Row n was due n / rate after the start, whenever it left. */
  readonly first: number;
  readonly rows: number;
  /** When the log acknowledged them, ms since the start; infinite when it has not. */
  ackedMs: number;
}

/** What an offered rate came to, as it was written down. Times are ms since the start. */
export interface Offered {
  /** Rows a second. */
  readonly rate: number;
  readonly sent: readonly Sent[];
  /** Before this everything warms up: nothing of it is judged. */
  readonly fromMs: number;
  /** Until then rows were due. */
  readonly endMs: number;
  /** Until then acknowledgements were waited for. */
  readonly waitedMs: number;
}

export interface Slice {
  /** Seconds since the warm-up, at its end. */
  readonly at: number;
  /** Of the rows that were due in it: from when each was due to its acknowledgement, ms. */
  readonly p50: number;
  readonly p99: number;
}

export interface Series {
  readonly slices: readonly Slice[];
  readonly p50: number;
  readonly p99: number;
  /** Rows acknowledged a second: the median pace, so that one stall does not hide it. */
  readonly achieved: number;
  /** Rows that were due and never acknowledged. */
  readonly unacknowledged: number;
}

/** Marks between which the pace is taken. */
const MARKS = 120;

/**
 * The latencies of every row that was due, also of those that were never acknowledged: they count as if the pace had gone
 * on. Taken from when a row was due and not from when it was sent, so that a log that stands still shows (no coordinated omission).
 */
export const seriesOf = (offered: Offered, sliceMs: number): Series => {
  const { rate, fromMs, endMs } = offered;
  const achieved = paceOf(offered);
  const slices: Slice[] = [];
  const all: Float64Array[] = [];
  for (let from = fromMs; from + sliceMs <= endMs + 1; from += sliceMs) {
    const latencies = latenciesOf(
      offered,
      achieved,
      rowDueAt(from, rate),
      rowDueAt(from + sliceMs, rate),
    ).sort();
    if (latencies.length === 0) continue;
    all.push(latencies);
    const [p50, p99] = [quantileOf(latencies, 0.5), quantileOf(latencies, 0.99)];
    slices.push({ at: (from + sliceMs - fromMs) / 1_000, p50, p99 });
  }
  const together = concatenated(all).sort();
  return {
    slices,
    p50: quantileOf(together, 0.5),
    p99: quantileOf(together, 0.99),
    achieved,
    unacknowledged: rowDueAt(endMs, rate) - ackedUntil(offered, Number.MAX_VALUE),
  };
};

/** The number of the first row that is not due before that. */
export const rowDueAt = (ms: number, rate: number): number => Math.ceil((ms * rate) / 1_000);

/** Of rows `first` to before `end`. */
const latenciesOf = (offered: Offered, pace: number, first: number, end: number): Float64Array => {
  const { rate, sent, waitedMs } = offered;
  const acked = ackedUntil(offered, waitedMs);
  // A log that acknowledged nothing has no pace to go on at: what was waited is the least that it takes.
  const ackedAt = (row: number) => waitedMs + (pace > 0 ? (Math.max(0, row - acked) / pace) * 1_000 : 0);
  const latencies = new Float64Array(Math.max(0, end - first));
  let index = placeOf(sent, first);
  for (let row = first; row < end; row += 1) {
    let batch = sent[index];
    while (batch && batch.first + batch.rows <= row) {
      index += 1;
      batch = sent[index];
    }
    latencies[row - first] =
      (batch && batch.ackedMs <= waitedMs ? batch.ackedMs : ackedAt(row)) - (row / rate) * 1_000;
  }
  return latencies;
};

/** Of the first that ends after a row, by halves. */
const placeOf = (sent: readonly Sent[], row: number): number => {
  let [from, to] = [0, sent.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const batch = sent[middle];
    if (batch && batch.first + batch.rows <= row) from = middle + 1;
    else to = middle;
  }
  return from;
};

const paceOf = (offered: Offered): number => {
  const { fromMs, endMs } = offered;
  const points = Array.from({ length: MARKS + 1 }, (_, mark): Point => {
    const ms = fromMs + ((endMs - fromMs) * mark) / MARKS;
    return { at: ms / 1_000, value: ackedUntil(offered, ms) };
  });
  return slopeOf(points);
};

const ackedUntil = ({ sent }: Offered, ms: number): number =>
  sent.reduce((rows, batch) => (batch.ackedMs <= ms ? rows + batch.rows : rows), 0);

const concatenated = (parts: readonly Float64Array[]): Float64Array => {
  const whole = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};
