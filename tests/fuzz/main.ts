/**
 * Fuzzes the API of a running shop by its own OpenAPI document, with every check of schemathesis: see
 * schemathesis.toml for what a check may let pass, and hooks.py for what makes requests fit. Exits 1 at any finding.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { accessOf } from "./access.ts";
import { openFuzzedShop } from "./shop.ts";
import { installSchemathesis } from "./tool.ts";

const help = `Fuzzes the API of a running shop by its OpenAPI document.

Usage: bun run test:api-fuzz [--cases 5000] [--seed N]
  --cases  at least so many requests that are checked [5000]
  --seed   the same cases again, as far as the shop's ids allow [chance]

The report is .cache/fuzz/report.html.`;

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "5000" },
    seed: { type: "string", default: String(crypto.getRandomValues(new Uint32Array(1))[0]) },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}
const [cases, firstSeed] = [Number(values.cases), Number(values.seed)];
if (!Number.isSafeInteger(cases) || !Number.isSafeInteger(firstSeed)) {
  console.error("--cases and --seed are whole numbers. See --help.");
  process.exit(64);
}

/** What schemathesis draws for an operation on top of the cases that it makes of each document: about 1,000 in all. */
const EXAMPLES_PER_CASE = 1 / 60;

interface Report {
  readonly test_cases: {
    readonly generated: number;
    readonly with_failures: number;
    readonly errored: number;
  };
  readonly operations: { readonly tested: number; readonly total: number };
  readonly valid_rates: Readonly<Record<string, Readonly<Record<string, { readonly accepted: number }>>>>;
}

const report = (extension: string) => join(".cache/fuzz", `report.${extension}`);
const started = performance.now();
const schemathesis = await installSchemathesis();
const access = accessOf();
const shop = await openFuzzedShop(access.settings);
let [sent, failed, exitCode] = [0, 0, 0];

for (let seed = firstSeed; sent < cases && exitCode === 0; seed += 1) {
  console.log(`schemathesis on ${shop.url}: seed ${seed}, ${access.who}`);
  const run = Bun.spawn(
    [
      schemathesis,
      `--config-file=${join(import.meta.dir, "schemathesis.toml")}`,
      "run",
      `${shop.url}/openapi/json`,
      `--max-examples=${Math.max(5, Math.ceil((cases - sent) * EXAMPLES_PER_CASE))}`,
      `--seed=${seed}`,
      "--generation-database=none",
      "--report=json,html",
      `--report-json-path=${report("json")}`,
      `--report-html-path=${report("html")}`,
      "--no-color",
      ...access.headers.flatMap((header) => ["--header", header]),
    ],
    {
      env: {
        ...process.env,
        SCHEMATHESIS_HOOKS: "hooks",
        PYTHONPATH: import.meta.dir,
        PYTHONDONTWRITEBYTECODE: "1",
        FUZZ_SHOP: shop.url,
        FUZZ_TOSS_MOCK: shop.tossMock,
        FUZZ_HEADERS: JSON.stringify(access.headers),
      },
      stdout: "inherit",
      stderr: "inherit",
    },
  );
  exitCode = await run.exited;
  const { test_cases, operations, valid_rates } = (await Bun.file(report("json")).json()) as Report;
  sent += test_cases.generated;
  failed += test_cases.with_failures + test_cases.errored;
  for (const [operation, phases] of Object.entries(valid_rates)) {
    const accepted = Object.values(phases).reduce((sum, phase) => sum + phase.accepted, 0);
    console.log(`  ${String(accepted).padStart(5)} accepted  ${operation}`);
  }
  console.log(`${operations.tested} of ${operations.total} operations, ${test_cases.generated} cases`);
}

const ended = await shop.close();
if (ended !== 0) console.error(`The shop ended with ${ended}: see .cache/fuzz/shop.log`);
console.log(`${sent} cases, ${failed} with findings, ${Math.round((performance.now() - started) / 1_000)} s`);
process.exit(exitCode === 0 && ended === 0 ? 0 : 1);
