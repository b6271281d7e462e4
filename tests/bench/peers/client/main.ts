/**
 * The client as a process of its own. Argument: a ClientTask as JSON. Tells its progress on standard output, a JSON
 * object a line: `begun` when the clock starts, `ended` when it stops, then `done` with what it measured.
 */
import { writeFileSync } from "node:fs";
import { quantileOf } from "../../../../deploy/capacity/trend.ts";
import type { Commands, Step } from "../life.ts";
import { type Memory, startLoad } from "./load.ts";
import type { ClientResult, ClientTask } from "./task.ts";

const task = JSON.parse(process.argv[2] ?? "") as ClientTask;
const { commands } = (await import(task.commands)) as { commands: Commands };
const tell = (word: object) => process.stdout.write(`${JSON.stringify(word)}\n`);

let measuring = false;
const took: Partial<Record<Step, number[]>> = {};
const memories: Memory[] = [];
const { url, clients, name } = task;
const load = await startLoad({
  url,
  clients,
  name,
  commands,
  ...(task.memories && { memories }),
  onCommand(step, ms) {
    if (!measuring) return;
    took[step] ??= [];
    took[step].push(ms);
  },
});
const broken = load.broken.then(() => "broken" as const);
await Promise.race([Bun.sleep(task.warmUpSeconds * 1_000), broken]);
measuring = true;
const since = performance.now();
tell({ word: "begun" });
await Promise.race([Bun.sleep(task.seconds * 1_000), broken]);
measuring = false;
const seconds = (performance.now() - since) / 1_000;
tell({ word: "ended" });
await (task.memories ? broken : load.finish());

if (task.memories) writeFileSync(task.memories, JSON.stringify(memories));
const all = Object.values(took)
  .flat()
  .sort((a, b) => a - b);
const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
tell({
  word: "done",
  seconds,
  commands: all.length,
  p50Ms: quantileOf(all, 0.5),
  p99Ms: quantileOf(all, 0.99),
  meanMs: Object.fromEntries(Object.entries(took).map(([step, values]) => [step, mean(values)])),
} satisfies ClientResult & { word: string });
process.exit(0);
