/** What Kafka's own producer test tells. */
export interface ProducerFigures {
  /** Records a second. */
  readonly rate: number;
  /** ms; when it was ended before it was done, the mean instead of each. */
  readonly p50: number;
  readonly p99: number;
}

const LINE =
  /^(\d+)(?: steady state)? records sent, ([\d.]+) records\/sec \([^)]*\), ([\d.]+) ms avg latency(?:.*?, (\d+) ms 50th, .*?(\d+) ms 99th)?/gm;

/** Of the tool's output: its last summary, or what its lines say until it was ended. Undefined when there is neither. */
export const producerFiguresOf = (output: string): ProducerFigures | undefined => {
  const lines = [...output.matchAll(LINE)];
  const summary = lines.findLast((line) => line[4] !== undefined);
  if (summary) {
    const [, , rate, , p50, p99] = summary;
    return { rate: Number(rate), p50: Number(p50), p99: Number(p99) };
  }
  const paces = paceLinesOf(output);
  const sum = (of: (line: PaceLine) => number) => paces.reduce((total, line) => total + of(line), 0);
  const records = sum((line) => line.records);
  if (records === 0) return undefined;
  const mean = sum((line) => line.records * line.meanMs) / records;
  return { rate: records / sum((line) => line.records / line.rate), p50: mean, p99: mean };
};

interface PaceLine {
  readonly records: number;
  readonly rate: number;
  readonly meanMs: number;
}

/** What it says every second. */
export const paceLinesOf = (output: string): PaceLine[] =>
  [...output.matchAll(LINE)]
    .filter((line) => line[4] === undefined)
    .map(([, records, rate, mean]) => ({
      records: Number(records),
      rate: Number(rate),
      meanMs: Number(mean),
    }))
    .filter(({ rate }) => rate > 0);

/** The last field of its last line: start, end, MB, MB/s, records, records/s, rebalance ms, fetch ms, MB/s, records/s. */
export const consumerRateOf = (output: string): number | undefined => {
  const fields = output.trim().split("\n").at(-1)?.split(", ") ?? [];
  const rate = Number(fields[9]);
  return fields.length === 10 && rate > 0 ? rate : undefined;
};
