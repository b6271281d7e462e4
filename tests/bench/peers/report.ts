import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Run } from "./measure.ts";
import { type PeerResult, RESULTS_DIR } from "./section.ts";

const KB = 1_024;
const MB = KB * KB;

/** The systems that were measured in this run, side by side. */
export const readResults = (): PeerResult[] =>
  existsSync(RESULTS_DIR)
    ? readdirSync(RESULTS_DIR).map(
        (name) => JSON.parse(readFileSync(join(RESULTS_DIR, name), "utf8")) as PeerResult,
      )
    : [];

const whole = (value: number) => Math.round(value).toLocaleString("en-US");
const best = (runs: readonly Run[]): Run | undefined =>
  runs.toSorted((a, b) => b.commandsPerSecond - a.commandsPerSecond)[0];

/** As Markdown, then what Jumun embedded is to the best of the others. */
export const sideBySide = (results: readonly PeerResult[]): string => {
  const counts = [...new Set(results.flatMap(({ runs }) => runs.map(({ clients }) => clients)))];
  const head = [
    "system",
    ...counts.map((count) => `commands/s, ${count} clients`),
    "p50 / p99 at its best",
    "processor time a command",
    "written an order",
    "memory",
    "lines of the flow",
    "kill -9: lost, doubled, unsettled",
  ];
  const rows = results.map(({ name, runs, flowLines, crash }) => {
    const top = best(runs);
    return [
      name,
      ...counts.map((count) => whole(runs.find((run) => run.clients === count)?.commandsPerSecond ?? 0)),
      top ? `${top.p50Ms.toFixed(0)} / ${top.p99Ms.toFixed(0)} ms` : "",
      top ? `${whole(top.cpu.servers)} µs` : "",
      top ? `${whole(top.writtenBytesPerOrder / KB)} KB` : "",
      top ? `${whole(top.memoryBytes / MB)} MB` : "",
      String(flowLines),
      `${crash.lost}, ${crash.doubled}, ${crash.unsettled} of ${whole(crash.acknowledged)} steps`,
    ];
  });
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const table = [line(head), line(head.map((_, index) => (index === 0 ? "---" : "---:"))), ...rows.map(line)];
  const durability = results.map((one) => `- ${one.name}: ${one.durability}.`);
  return [table.join("\n"), durability.join("\n"), verdict(results)]
    .filter((part) => part !== "")
    .join("\n\n");
};

const GOAL = 10;

const verdict = (results: readonly PeerResult[]): string => {
  const rate = (one: PeerResult) => best(one.runs)?.commandsPerSecond ?? 0;
  const jumun = results.find(({ name }) => name === "jumun");
  const peer = results
    .filter(({ name }) => !name.startsWith("jumun"))
    .toSorted((a, b) => rate(b) - rate(a))[0];
  if (!jumun || !peer) return "";
  const ratio = rate(jumun) / rate(peer);
  return `Jumun embedded does ${ratio.toFixed(1)}× the commands/s of the best peer, ${peer.name} (goal ≥ ${GOAL}×: ${ratio >= GOAL ? "reached" : "MISSED"}).`;
};
