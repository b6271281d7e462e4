import Table from "cli-table3";
import { chartOf } from "./chart.ts";
import { judge, METHOD, type Run } from "./judge.ts";
import type { Report } from "./measure.ts";
import { duration, percent, thousands } from "./numbers.ts";
import { verdictOf } from "./verdict.ts";

/** Lines of the table of moments, at most. */
const MOMENTS = 10;
const WIDTH = 110;

/** The whole report as text. */
export const reportText = (report: Report): string =>
  [
    header(report),
    figures(report),
    moments(report.run),
    charts(report.run),
    steps(report),
    ["Verdict", ...verdictOf(report).map((text) => wrapped(text, "  - "))].join("\n"),
    wrapped(`How it is judged: ${METHOD}`),
  ]
    .filter((part) => part !== "")
    .join("\n\n");

const header = ({ plan, brokers, clusterBrokers, replicas, recordBytes }: Report): string => {
  const size = plan.recordBytes === undefined ? "our Avro row and its key, measured" : "as asked for";
  const why = plan.derived ? ` (100,000,000 rows a day within ${thousands(plan.windowHours)} h)` : "";
  return [
    `Kafka at ${brokers.join(", ")}: ${clusterBrokers} broker(s), ${plan.partitions} partitions × ${replicas} replica(s), acks=all.`,
    `Offered ${thousands(plan.rate)} rows/s${why} for ${plan.seconds} s, ${recordBytes} B each (${size}).`,
  ].join("\n");
};

const figures = ({ run, tools, toolsMissing, idle }: Report): string => {
  const table = new Table({
    head: ["at this rate", "rows/s", "p50", "p99", "of a core"],
    colAligns: ["left", "right", "right", "right", "right"],
    style: { head: [], border: [] },
  });
  const { achieved, p50, p99 } = run.series;
  const lag = run.lags.at(-1)?.value ?? 0;
  table.push(["our producer", thousands(achieved), duration(p50), duration(p99), percent(run.producerCpu)]);
  table.push([`our loader, lag ${thousands(lag)} in the end`, "", "", "", percent(run.loaderCpu)]);
  if (tools) {
    const { rate, ...own } = tools.atRate;
    table.push(["Kafka's own producer", thousands(rate), duration(own.p50), duration(own.p99), ""]);
    table.push(["  as fast as it can", thousands(tools.most), "", "", ""]);
    if (tools.readRate !== undefined)
      table.push(["Kafka's own consumer", thousands(tools.readRate), "", "", ""]);
  }
  table.push(["one record alone", "", duration(idle.plainMs), "", ""]);
  if (idle.flushedMs !== undefined)
    table.push(["  flushed to disk first", "", duration(idle.flushedMs), "", ""]);
  return toolsMissing === undefined
    ? table.toString()
    : `${table.toString()}\nKafka's own tools were not run. ${toolsMissing}`;
};

/** Second by second, thinned to what a screen takes; the file that --json names has all of them. */
const moments = ({ series, lags }: Run): string => {
  const table = new Table({
    head: ["second", "p50", "p99", "lag, records"],
    colAligns: ["right", "right", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  const step = Math.ceil(series.slices.length / MOMENTS);
  for (const { at, p50, p99 } of series.slices.filter((_, index) => (index + 1) % step === 0)) {
    const lag = lags.findLast((point) => point.at <= at + 0.5);
    table.push([at.toFixed(1), duration(p50), duration(p99), lag ? thousands(lag.value) : ""]);
  }
  return series.slices.length === 0 ? "" : table.toString();
};

const charts = ({ series, lags, seconds }: Run): string =>
  [
    {
      title: "Latency, ms: p99 above, p50 below",
      lines: [series.slices.map(({ p99 }) => p99), series.slices.map(({ p50 }) => p50)],
    },
    { title: "Consumer lag, records", lines: [lags.map(({ value }) => value)] },
  ]
    .map((chart) => chartOf({ ...chart, seconds }))
    .filter((text) => text !== "")
    .join("\n\n");

const steps = ({ knee, judgement, evidence }: Report): string => {
  const parts: string[] = [];
  if (knee) {
    const tried = knee.tried.map(({ rate, held }) => `${thousands(rate)} ${held ? "✓" : "✗"}`);
    parts.push(wrapped(`Tried, rows/s: ${tried.join("  ")}`));
  }
  if (evidence && judgement.keepsUp) {
    const { run } = evidence;
    parts.push(wrapped(`At ${thousands(run.rate)} rows/s: ${judge(run).reasons.join("; ")}.`));
  }
  return parts.join("\n");
};

const wrapped = (text: string, bullet = ""): string => {
  const lines: string[] = [];
  const indent = " ".repeat(bullet.length);
  let line = bullet;
  for (const word of text.split(" ")) {
    if (line.trim() !== "" && line.length + word.length + 1 > WIDTH) {
      lines.push(line);
      line = indent;
    }
    line += line === indent || line === bullet ? word : ` ${word}`;
  }
  return [...lines, line].join("\n");
};
