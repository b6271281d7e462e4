/** Runs the sections of a bench, each as a process of its own, and writes their figures as a table. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { type ParseArgsConfig, parseArgs } from "node:util";
import { Value } from "@sinclair/typebox/value";
import { installServers, type ServerChoice } from "../../deploy/servers/mod.ts";
import { confine } from "../../deploy/servers/privileges.ts";
import { BENCH_DIR } from "./folder.ts";
import { Measure, markdownOf, RESULTS } from "./report.ts";

export interface Section {
  /** Its file in the bench's folder, without `.ts`. */
  readonly name: string;
  readonly about: string;
  readonly needs?: ServerChoice;
}

export interface Bench {
  /** Run as `bun run bench:<name>`; its table goes to `.cache/bench/<name>.md`. */
  readonly name: string;
  /** The first line of its help. */
  readonly about: string;
  /** Where its sections are. */
  readonly folder: string;
  readonly sections: readonly Section[];
  /** Flags that every section gets as they were given. */
  readonly flags?: {
    readonly options: NonNullable<ParseArgsConfig["options"]>;
    /** A line for each. */
    readonly help: readonly string[];
    /** Throws an Error that says what is wrong with them. */
    check(args: readonly string[]): void;
  };
  /** Longer than any section takes on a busy machine. In ms. */
  readonly sectionMs: number;
}

interface Outcome {
  readonly measures: readonly Measure[];
  /** Why it has no more of them. */
  readonly failure?: string;
}

/** Runs what the command line asks for. Sets the exit code: 1 when a section failed, 2 for bad usage. */
export const runBench = async (bench: Bench, args = process.argv.slice(2)): Promise<void> => {
  try {
    const choice = chosen(bench, args);
    if (choice === "help") console.log(helpOf(bench));
    else process.exitCode = await run(bench, choice);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error(`See bun run bench:${bench.name} --help`);
    process.exitCode = 2;
  }
};

const summaryOf = ({ name }: Bench): string => join(BENCH_DIR, `${name}.md`);

const helpOf = (bench: Bench): string => {
  const { name, about, sections, flags } = bench;
  const width = Math.max(...sections.map((section) => section.name.length));
  return `${about}

Usage: bun run bench:${name} [--only <section>]…

  --only <section>   run only this one; may be given several times
${(flags?.help ?? []).map((line) => `  ${line}\n`).join("")}  --help             print this

Sections:
${sections.map((section) => `  ${section.name.padEnd(width)}  ${section.about}`).join("\n")}

The table goes to .cache/bench/${name}.md. Ends with 1 when a section fails; a goal missed is only told.
`;
};

interface Choice {
  readonly sections: readonly Section[];
  /** For each section. */
  readonly args: readonly string[];
}

/** @throws Error that names the section, when there is none of that name, or the flag, when it is unknown */
const chosen = ({ sections, flags }: Bench, args: string[]): Choice | "help" => {
  const own = {
    only: { type: "string", multiple: true },
    help: { type: "boolean", short: "h" },
  } as const;
  const { values, tokens } = parseArgs({ args, options: { ...flags?.options, ...own }, tokens: true });
  if (values.help) return "help";
  const only = tokens.flatMap((token) =>
    token.kind === "option" && token.name === "only" && token.value !== undefined ? [token.value] : [],
  );
  for (const name of only) {
    if (!sections.some((section) => section.name === name)) throw new Error(`There is no section "${name}".`);
  }
  const passedOn = tokens.flatMap((token) => {
    if (token.kind !== "option" || token.name in own) return [];
    return token.value === undefined ? [token.rawName] : [`${token.rawName}=${token.value}`];
  });
  flags?.check(passedOn);
  return {
    sections: only.length > 0 ? sections.filter(({ name }) => only.includes(name)) : sections,
    args: passedOn,
  };
};

const machine = (): string[] => [
  `${new Date().toISOString()}, Bun ${Bun.version}, ${process.platform} ${process.arch}`,
  `${availableParallelism()} CPUs (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GB`,
  `load average ${loadavg()[0]?.toFixed(2)} before the start; what else runs makes figures lower, ratios less so`,
];

/** A section ends with the process that runs it, whatever ends that one. */
const runSection = async (
  { folder, sectionMs }: Bench,
  { name }: Section,
  args: readonly string[],
): Promise<Outcome> => {
  const results = join(BENCH_DIR, `${name}-${process.pid}.jsonl`);
  writeFileSync(results, "");
  const child = Bun.spawn(
    confine([process.execPath, join(folder, `${name}.ts`), ...args], { deathSignal: "KILL" }),
    {
      env: { ...process.env, [RESULTS]: results },
      stdio: ["ignore", "inherit", "inherit"],
      timeout: sectionMs,
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

const run = async (bench: Bench, { sections, args }: Choice): Promise<number> => {
  mkdirSync(BENCH_DIR, { recursive: true });
  const header = machine();
  console.log(header.join("\n"));
  // Downloads and builds are no part of a bench.
  const needed = (server: keyof ServerChoice) => sections.some(({ needs }) => needs?.[server]);
  await installServers({ nats: needed("nats"), mongodb: needed("mongodb"), kafka: needed("kafka") });

  const startedAt = performance.now();
  const measures: Measure[] = [];
  const failures: string[] = [];
  for (const section of sections) {
    console.log(`\n${section.name}: ${section.about}`);
    const outcome = await runSection(bench, section, args);
    measures.push(...outcome.measures);
    if (outcome.failure) failures.push(`${section.name} failed: ${outcome.failure}`);
  }
  const parts = [header.join("  \n"), markdownOf(measures), ...failures];
  const summary = parts.filter((part) => part !== "").join("\n\n");
  writeFileSync(summaryOf(bench), `${summary}\n`);
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  console.log(`\n${summary}\n\n${seconds} s in all; the table is in ${summaryOf(bench)}`);
  return failures.length > 0 ? 1 : 0;
};
