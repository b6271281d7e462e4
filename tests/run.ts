/**
 * Runs every test on real servers: starts NATS, the MongoDB-protocol server, Kafka and the schema registry, runs
 * `bun test`, counts what ran against which adapter, and ends with one line, `N passed, N failed`. Arguments go to
 * `bun test`, and so do SIGINT and SIGTERM, after which the servers are stopped too.
 */
import { mkdirSync, rmSync } from "node:fs";
import { constants } from "node:os";
import { startServers } from "../deploy/servers/mod.ts";
import { haveCompiler } from "./faults/disk/compiler.ts";

const started = performance.now();
await haveCompiler((line) => console.log(line));
const servers = await startServers({
  nats: true,
  mongodb: true,
  kafka: true,
  registry: true,
  log: (line: string) => console.log(line),
});
const report = ".cache/tests/junit.xml";
mkdirSync(".cache/tests", { recursive: true });
rmSync(report, { force: true });

const tests = Bun.spawn(
  [
    "bun",
    "test",
    "--timeout",
    "120000",
    "--reporter=junit",
    `--reporter-outfile=${report}`,
    ...process.argv.slice(2),
  ],
  {
    env: {
      ...process.env,
      NATS_URL: servers.natsUrl,
      MONGODB_URL: servers.mongodbUrl,
      KAFKA_BROKERS: servers.kafkaBrokers,
      SCHEMA_REGISTRY_URL: servers.registryUrl,
    },
    stdout: "inherit",
    stderr: "inherit",
  },
);
// Only now: until the servers are up, a signal ends this process at once, and them with it.
let interrupted: "SIGINT" | "SIGTERM" | undefined;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    interrupted ??= signal;
    tests.kill(signal);
  });
}
const code = await tests.exited;
await servers.stop();
if (interrupted) {
  console.log(`ended by ${interrupted}; the servers are stopped`);
  process.exit(128 + constants.signals[interrupted]);
}

const xml = (await Bun.file(report).exists()) ? await Bun.file(report).text() : "";
const cases = [...xml.matchAll(/<testcase\b([^>]*?)(\/>|>([\s\S]*?)<\/testcase>)/g)].map(
  ([, attributes, , body]) => ({
    suite: /classname="([^"]*)"/.exec(attributes ?? "")?.[1] ?? "",
    failed: /<(failure|error)\b/.test(body ?? ""),
    skipped: /<skipped\b/.test(body ?? ""),
  }),
);
const adapters = new Map<string, number>();
for (const { suite } of cases) {
  const adapter = /(store|bus|log|ledger|audit) contract \[([a-z ]+)\]/.exec(suite);
  if (adapter)
    adapters.set(
      `${adapter[1]} contract on ${adapter[2]}`,
      (adapters.get(`${adapter[1]} contract on ${adapter[2]}`) ?? 0) + 1,
    );
}

const skipped = cases.filter((one) => one.skipped).length;
const failedCases = cases.filter((one) => one.failed).length;
// A crash of the runner, or no report at all, is a failure even when no case says so; so is a skipped test.
const failed = Math.max(failedCases + skipped, code === 0 && cases.length > 0 ? 0 : 1);
const passed = cases.length - failedCases - skipped;
console.log("");
for (const [adapter, count] of [...adapters].sort()) console.log(`${adapter}: ${count} tests`);
console.log(`${Math.round((performance.now() - started) / 1000)} s in all, servers included`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
