/**
 * Fuzzes the API of a running shop by its own OpenAPI document, with every check of schemathesis: see
 * schemathesis.toml for what a check may let pass, and hooks.py for what makes requests fit. Exits 1 at any finding.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { callerRoles } from "../../gateway/caller.ts";
import { type Caller, openAccess } from "./access.ts";
import { placeOrders } from "./orders.ts";
import { openFuzzedShop } from "./shop.ts";
import { installSchemathesis } from "./tool.ts";

const help = `Fuzzes the API of a running shop by its OpenAPI document.

Usage: bun run test:api-fuzz [--cases 5000] [--seed N] [--role ROLE]
  --cases  at least so many requests that are checked, shared by the roles [5000]
  --seed   the same cases again, as far as the shop's ids allow [chance]

  --role   as one role alone: ${callerRoles.join(", ")} [each in turn]

The reports are .cache/fuzz/<role>.html.`;

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "5000" },
    seed: { type: "string", default: String(crypto.getRandomValues(new Uint32Array(1))[0]) },
    role: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}
const [cases, firstSeed] = [Number(values.cases), Number(values.seed)];
const roles = callerRoles.filter((role) => values.role === undefined || values.role === role);
if (roles.length === 0 || !Number.isSafeInteger(cases) || !Number.isSafeInteger(firstSeed)) {
  console.error("--cases and --seed are whole numbers, --role is a role. See --help.");
  process.exit(64);
}

/**
 * Schemathesis makes about 900 cases of the document itself, and draws so many more an operation as it is told: beside
 * those, stateful testing takes about as many steps again.
 */
const examplesFor = (wanted: number): number => Math.max(5, Math.ceil((wanted - 900) / 60));

interface Report {
  readonly test_cases: {
    readonly generated: number;
    readonly with_failures: number;
    readonly errored: number;
  };
  readonly operations: { readonly tested: number; readonly total: number };
}

const path = (name: string) => join(".cache/fuzz", name);
const started = performance.now();
const schemathesis = await installSchemathesis();
const access = await openAccess();
const shop = await openFuzzedShop(access.settings);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void shop.close().then(() => process.exit(1)));
}
const [customer, operator] = (["customer", "operator"] as const).map((role) =>
  access.callers.find((caller) => caller.role === role),
);
if (!customer || !operator) throw new Error("There is a token for each role");
for (const [name, all] of Object.entries(await placeOrders(shop, operator, customer.id))) {
  await Bun.write(path(`${name}.dict`), all.map((one) => `"${one}"\n`).join(""));
}

const fuzzAs = async ({ role, id, token }: Caller, wanted: number, seed: number) => {
  console.log(`\nschemathesis on ${shop.url} as ${role}, seed ${seed}`);
  const report = path(`${role}.json`);
  rmSync(report, { force: true });
  const run = Bun.spawn(
    [
      schemathesis,
      `--config-file=${join(import.meta.dir, "schemathesis.toml")}`,
      "run",
      "--checks=all",
      `${shop.url}/openapi/json`,
      `--max-examples=${examplesFor(wanted)}`,
      `--seed=${seed}`,
      "--generation-database=none",
      "--report=json,html",
      `--report-json-path=${report}`,
      `--report-html-path=${path(`${role}.html`)}`,
      "--no-color",
    ],
    {
      env: {
        ...process.env,
        SCHEMATHESIS_HOOKS: "hooks",
        PYTHONPATH: import.meta.dir,
        PYTHONDONTWRITEBYTECODE: "1",
        FUZZ_SHOP: shop.url,
        FUZZ_TOSS_MOCK: shop.tossMock,
        FUZZ_TOKEN: token,
        ...(role === "customer" && { FUZZ_CUSTOMER: id }),
      },
      stdout: "inherit",
      stderr: "inherit",
    },
  );
  const code = await run.exited;
  const { test_cases: cases, operations } = (await Bun.file(report).json()) as Report;
  return {
    role,
    sent: cases.generated,
    found: cases.with_failures + cases.errored,
    whole: code === 0 && operations.tested === operations.total,
  };
};

const runs: Awaited<ReturnType<typeof fuzzAs>>[] = [];
for (const caller of access.callers.filter(({ role }) => roles.includes(role))) {
  let left = Math.ceil(cases / roles.length);
  for (let seed = firstSeed; left > 0; seed += 1) {
    const run = await fuzzAs(caller, left, seed);
    runs.push(run);
    left = run.whole ? left - run.sent : 0;
  }
}

const ended = await shop.close();
if (ended !== 0) console.error(`The shop ended with ${ended}: see .cache/fuzz/shop.log`);
console.log("");
for (const { role, sent, found } of runs) console.log(`as ${role}: ${sent} cases, ${found} with findings`);
const sum = (key: "sent" | "found") => runs.reduce((all, run) => all + run[key], 0);
const seconds = Math.round((performance.now() - started) / 1_000);
console.log(`${sum("sent")} cases, ${sum("found")} with findings, seed ${firstSeed}, ${seconds} s`);
process.exit(ended === 0 && runs.every(({ whole }) => whole) ? 0 : 1);
