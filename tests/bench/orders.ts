/** Runs the benches of orders, each section as a process of its own, and writes their figures as a table. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Value } from "@sinclair/typebox/value";
import { installServers, type ServerChoice } from "../../deploy/servers/mod.ts";
import { confine } from "../../deploy/servers/privileges.ts";
import { BENCH_DIR } from "./folder.ts";
import { Measure, markdownOf, RESULTS } from "./report.ts";

interface Section {
  /** The file beside this one. */
  readonly name: string;
  readonly about: string;
  readonly needs?: ServerChoice;
}

const sections: readonly Section[] = [
  { name: "embedded", about: "the embedded runtime against bare SQLite" },
  { name: "http", about: "orders placed over HTTP with wrk, embedded" },
  { name: "nats-instant", about: "real NATS with a store in memory", needs: { nats: true } },
  { name: "nats-mongo", about: "NATS and MongoDB's protocol", needs: { nats: true, mongodb: true } },
  { name: "memory", about: "resident memory over 200,000 commands" },
  { name: "history", about: "one more command on orders with a long history" },
  { name: "coldstart", about: "from nothing to ready" },
];

const HELP = `Benches of orders: each figure next to a floor measured in the same run. Takes about 3 minutes.

Usage: bun run bench:orders [--only <section>]…

  --only <section>   run only this one; may be given several times
  --help             print this

Sections:
${sections.map(({ name, about }) => `  ${name.padEnd(17)}  ${about}`).join("\n")}

The table goes to .cache/bench/orders.md. Ends with 1 when a section fails; a goal missed is only told.
`;

/** Longer than any section takes on a busy machine. */
const SECTION_MS = 180_000;
const SUMMARY = join(BENCH_DIR, "orders.md");

/** @throws Error that names the section, when there is none of that name, or the flag, when it is unknown */
const chosen = (args: string[]): readonly Section[] | "help" => {
  const options = {
    only: { type: "string", multiple: true },
    help: { type: "boolean", short: "h" },
  } as const;
  const { only, help } = parseArgs({ args, options }).values;
  if (help) return "help";
  for (const name of only ?? []) {
    if (!sections.some((section) => section.name === name)) throw new Error(`There is no section "${name}".`);
  }
  return only ? sections.filter(({ name }) => only.includes(name)) : sections;
};

const machine = (): string[] => [
  `${new Date().toISOString()}, Bun ${Bun.version}, ${process.platform} ${process.arch}`,
  `${availableParallelism()} CPUs (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GB`,
  `load average ${loadavg()[0]?.toFixed(2)} before the start; what else runs makes figures lower, ratios less so`,
];

interface Outcome {
  readonly measures: readonly Measure[];
  /** Why it has no more of them. */
  readonly failure?: string;
}

/** A section ends with the process that runs it, whatever ends that one. */
const runSection = async ({ name }: Section): Promise<Outcome> => {
  const results = join(BENCH_DIR, `${name}-${process.pid}.jsonl`);
  writeFileSync(results, "");
  const child = Bun.spawn(
    confine([process.execPath, join(import.meta.dir, `${name}.ts`)], { deathSignal: "KILL" }),
    {
      env: { ...process.env, [RESULTS]: results },
      stdio: ["ignore", "inherit", "inherit"],
      timeout: SECTION_MS,
    },
  );
  const code = await child.exited;
  const measures = readFileSync(results, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => Value.Decode(Measure, JSON.parse(line)));
  rmSync(results);
  if (code === 0) return { measures };
  return { measures, failure: child.signalCode ? `ended by ${child.signalCode}` : `exit code ${code}` };
};

const run = async (those: readonly Section[]): Promise<number> => {
  mkdirSync(BENCH_DIR, { recursive: true });
  const header = machine();
  console.log(header.join("\n"));
  // Downloads and builds are no part of a bench.
  const needed = (server: "nats" | "mongodb") => those.some(({ needs }) => needs?.[server]);
  await installServers({ nats: needed("nats"), mongodb: needed("mongodb") });

  const startedAt = performance.now();
  const measures: Measure[] = [];
  const failures: string[] = [];
  for (const section of those) {
    console.log(`\n${section.name}: ${section.about}`);
    const outcome = await runSection(section);
    measures.push(...outcome.measures);
    if (outcome.failure) failures.push(`${section.name} failed: ${outcome.failure}`);
  }
  const parts = [header.join("  \n"), markdownOf(measures), ...failures];
  const summary = parts.filter((part) => part !== "").join("\n\n");
  writeFileSync(SUMMARY, `${summary}\n`);
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  console.log(`\n${summary}\n\n${seconds} s in all; the table is in ${SUMMARY}`);
  return failures.length > 0 ? 1 : 0;
};

try {
  const those = chosen(process.argv.slice(2));
  if (those === "help") console.log(HELP);
  else process.exitCode = await run(those);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error("See bun run bench:orders --help");
  process.exitCode = 2;
}
