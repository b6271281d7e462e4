/**
 * Stryker's test runner for `bun test`. To Stryker a "test" is a file: the dry run notes how long each takes and which
 * mutants it reaches, and a mutant then runs only the files that reach it, the quickest first, until one fails.
 */
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import type { CoverageData } from "@stryker-mutator/api/core";
import { declareFactoryPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import {
  DryRunStatus,
  type MutantRunResult,
  MutantRunStatus,
  type TestResult,
  type TestRunner,
  TestStatus,
} from "@stryker-mutator/api/test-runner";
import { Glob, type Subprocess } from "bun";

/** Set to fewer while writing tests for one part: what these leave alive is found soon. */
const testFiles = process.env.MUTATION_TESTS ?? "tests/machines/*.spec.ts";
const timesFile = ".cache/times.json";
/** Files this quick are run before the others, which explore the whole machine. */
const QUICK_MS = 400;

const createRunner = (): TestRunner => {
  let running: Subprocess | undefined;

  /** Runs the files as one, so that they share what they explore of the machine, and ends at the first failure. */
  const bunTest = async (files: readonly string[], env: Record<string, string>, timeout: number) => {
    const entry = `./.cache/${process.pid}.spec.ts`;
    await Bun.write(entry, files.map((file) => `import "../${file}";`).join("\n"));
    const child = Bun.spawn(
      ["bun", "test", "--bail", "--timeout=600000", "--preload=./tests/mutation/coverage.ts", entry],
      {
        env: { FC_RUNS: "1000", ...process.env, ...env },
        stdout: "ignore",
        stderr: "pipe",
        timeout: Math.max(1, Math.ceil(timeout)),
        killSignal: "SIGKILL",
      },
    );
    running = child;
    const output = await new Response(child.stderr).text();
    const code = await child.exited;
    running = undefined;
    const late = child.signalCode === "SIGKILL" || output.includes("Stryker: Hit count limit reached");
    const cpuTime = child.resourceUsage()?.cpuTime.total ?? 0n;
    return { passed: code === 0, late, output, cpuMs: Number(cpuTime) / 1_000 };
  };

  return {
    capabilities: () => ({ reloadEnvironment: true }),

    async dryRun({ timeout }) {
      const tests: TestResult[] = [];
      const perTest: Record<string, CoverageData> = {};
      /** Of the processor, in ms: a busy machine must not change the order of the files. */
      const times: Record<string, number> = {};
      mkdirSync(".cache", { recursive: true });
      for (const file of [...new Glob(testFiles).scanSync(".")].sort()) {
        const report = resolve(".cache", `${file.replaceAll("/", "-")}.json`);
        const started = performance.now();
        const { passed, output, cpuMs } = await bunTest([file], { MUTATION_COVERAGE: report }, timeout);
        times[file] = cpuMs;
        const timeSpentMs = performance.now() - started;
        if (passed) perTest[file] = await Bun.file(report).json();
        const about = { id: file, name: file, fileName: resolve(file), timeSpentMs };
        tests.push(
          passed
            ? { ...about, status: TestStatus.Success }
            : { ...about, status: TestStatus.Failed, failureMessage: output },
        );
      }
      await Bun.write(timesFile, JSON.stringify(times));
      return { status: DryRunStatus.Complete, tests, mutantCoverage: { static: {}, perTest } };
    },

    async mutantRun({ activeMutant, testFilter, hitLimit, timeout }): Promise<MutantRunResult> {
      const times: Record<string, number> = await Bun.file(timesFile).json();
      const time = (file: string) => times[file] ?? 0;
      const files = (testFilter ?? Object.keys(times)).toSorted((a, b) => time(a) - time(b));
      const quick = files.filter((file) => time(file) < QUICK_MS);
      const batches = [quick, files.slice(quick.length)].filter((one) => one.length > 0);
      const env = {
        __STRYKER_ACTIVE_MUTANT__: activeMutant.id,
        ...(hitLimit === undefined ? {} : { MUTATION_HIT_LIMIT: String(hitLimit) }),
      };
      const until = performance.now() + timeout;
      for (const batch of batches) {
        const more = batch === quick ? env : { ...env, MUTATION_RANDOM: "1" };
        const { passed, late, output } = await bunTest(batch, more, until - performance.now());
        if (late) return { status: MutantRunStatus.Timeout };
        if (!passed) {
          const failing = batch.find((file) => output.includes(`${file}:`)) ?? batch[0] ?? "";
          return {
            status: MutantRunStatus.Killed,
            killedBy: [failing],
            failureMessage: output.slice(-2_000),
            nrOfTests: files.indexOf(failing) + 1,
          };
        }
      }
      return { status: MutantRunStatus.Survived, nrOfTests: files.length };
    },

    async dispose() {
      running?.kill("SIGKILL");
    },
  };
};
createRunner.inject = [] as const;

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, "bun", createRunner)];
