/** The fault test's command line: see `options.ts`. */
import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { lanesFor, lanesOf } from "./nemesis/lanes.ts";
import { HELP, type Options, readOptions } from "./options.ts";
import { plants } from "./planted/mod.ts";
import { reportText, violationsText } from "./report.ts";
import { type RunReport, run } from "./run.ts";

const MINUTE_MS = 60_000;

const runAll = async ({ seed, minutes, stacks, plant, verbose, keep }: Options): Promise<number> => {
  const folder = resolve(".cache/faults", String(seed));
  console.log(
    `Seed ${seed}${plant === undefined ? "" : `, planted defect ${plant}: ${plants[plant]?.name}`}`,
  );
  const reports: RunReport[] = [];
  for (const stack of stacks) {
    const report = await run({
      seed,
      ms: (minutes * MINUTE_MS) / stacks.length,
      stack,
      settlement: plant === undefined || plant === 5,
      plant,
      folder: resolve(folder, stack),
      lanesOf: plant === undefined ? lanesOf : (world) => lanesFor(plant, world),
      tell: verbose ? console.log : () => {},
    });
    console.log(reportText(report));
    reports.push(report);
  }
  const violations = reports.flatMap((report) => report.violations);
  const faults = reports.reduce((sum, { struck }) => sum + struck.length, 0);
  console.log(violationsText(violations));
  console.log(`Seed ${seed}: ${faults} faults, ${violations.length} violations`);
  if (violations.length === 0 && !keep) rmSync(folder, { recursive: true, force: true });
  else console.log(`Logs, record and evidence: ${folder}. Again: bun run test:faults --seed ${seed}`);
  const check = plant === undefined ? undefined : plants[plant]?.check;
  const isFound = violations.some((one) => check === undefined || one.check === check);
  if (check)
    console.log(`Planted defect ${plant}: ${isFound ? "found" : "NOT FOUND"} by the check "${check}"`);
  return isFound ? 1 : 0;
};

const main = async (args: string[]): Promise<number> => {
  let options: Options | "help";
  try {
    options = readOptions(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
    return 2;
  }
  if (options === "help") {
    console.log(HELP);
    return 0;
  }
  try {
    return await runAll(options);
  } catch (error) {
    console.error("The fault test could not run:", error);
    return 3;
  }
};

process.exit(await main(process.argv.slice(2)));
