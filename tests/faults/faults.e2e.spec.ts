import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { seedOfRun } from "../crash/random.ts";
import { lanesOf } from "./nemesis/lanes.ts";
import { reportText, violationsText } from "./report.ts";
import { type RunOptions, run } from "./run.ts";

/** Faults that are healed in so short a time, on a machine with other work. */
const LEAST_FAULTS = 4;
const TEST_MS = 400_000;

/** A short run: `bun run test:faults` is the long one. */
const runShortly = async (options: Pick<RunOptions, "stack" | "settlement" | "ms">): Promise<void> => {
  const seed = seedOfRun();
  console.log(`CRASH_SEED=${seed} on ${options.stack}`);
  const folder = resolve(".cache/faults", `test-${options.stack}`);
  const report = await run({ ...options, seed, folder, lanesOf, tell: () => {} });
  console.log(reportText(report));
  if (report.violations.length > 0) console.error(`${violationsText(report.violations)}\nSee ${folder}`);
  expect(report.violations.map(({ check, about, message }) => `${check}, ${about}: ${message}`)).toEqual([]);
  expect(report.struck.length).toBeGreaterThanOrEqual(LEAST_FAULTS);
  // What was proved was proved of something.
  const { orders, channels } = report.evidence;
  expect(orders.size).toBeGreaterThan(0);
  expect(channels.flatMap(({ delivered }) => delivered).length).toBeGreaterThan(0);
};

test(
  "nothingIsLostDoubledOrMisordered_embeddedShopAndSettlementAreBroken",
  () => runShortly({ stack: "embedded", settlement: true, ms: 8_000 }),
  TEST_MS,
);

// Servers of its own, since it kills them; without Kafka, whose start costs as much as the rest.
test(
  "nothingIsLostDoubledOrMisordered_natsAndFerretdbAndRuntimesAreBroken",
  () => runShortly({ stack: "servers", settlement: false, ms: 10_000 }),
  TEST_MS,
);
