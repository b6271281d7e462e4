/** Resident memory of a poller process: Toss' mock over HTTP, Avro, Kafka, checkpoints on disk. */
import { join } from "node:path";
import { Value } from "@sinclair/typebox/value";
import { startServers } from "../../../deploy/servers/mod.ts";
import { confine } from "../../../deploy/servers/privileges.ts";
import { ROWS_TOPIC } from "../../../settlement/poller/mod.ts";
import { report } from "../report.ts";
import { sparkline } from "../sparkline.ts";
import { PAGES_A_DAY, PollerMemory } from "./memory-poller.ts";
import { type MockProcess, startMock } from "./mock.ts";
import { settingsOf } from "./settings.ts";
import { makeTopics, plainKafka } from "./topics.ts";

const MILLION = 1_000_000;
const GOAL_MB = 300;
/** The first part of a run fills caches and lets the heap grow to its size: it says nothing of what comes after. */
const WARM_UP = 0.2;

interface Variant {
  readonly name: string;
  readonly rows: number;
  readonly env: Readonly<Record<string, string>>;
}

const { full } = settingsOf();
const variants: readonly Variant[] = [
  { name: "poller", rows: full ? 5 * MILLION : MILLION, env: {} },
  {
    name: "  as on a machine of 256 MB",
    rows: full ? MILLION : 200_000,
    // By this the collector goes when it decides how long to put off its work.
    env: { BUN_JSC_forceRAMSize: String(256 * 1024 * 1024) },
  },
];

const servers = await startServers({ kafka: true });
const brokers = servers.kafkaBrokers ?? "";
await makeTopics(plainKafka(brokers), [ROWS_TOPIC]);

const runPoller = async (mock: MockProcess, { rows, env }: Variant): Promise<PollerMemory> => {
  const file = join(import.meta.dir, "memory-poller.ts");
  const args = [brokers, mock.baseUrl, mock.secretKey, String(rows)];
  const child = Bun.spawn(confine([process.execPath, file, ...args], { deathSignal: "KILL" }), {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [out, code] = await Promise.all([new Response(child.stdout).text(), child.exited]);
  if (code !== 0) throw new Error(`The poller ended with code ${code}.`);
  return Value.Decode(PollerMemory, JSON.parse(out));
};

/** MB more at each million of rows, once warm, by least squares; and how far that may be off (its standard error). */
const slopeOf = ({ samples }: PollerMemory, rows: number) => {
  const warm = samples.filter((sample) => sample.rows >= WARM_UP * rows);
  const mean = (of: (sample: (typeof warm)[number]) => number) =>
    warm.reduce((sum, sample) => sum + of(sample), 0) / warm.length;
  const [x, y] = [mean((sample) => sample.rows / MILLION), mean((sample) => sample.resident)];
  let [xx, xy, yy] = [0, 0, 0];
  for (const { rows: at, resident } of warm) {
    const [dx, dy] = [at / MILLION - x, resident - y];
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  const slope = xy / xx;
  return { slope, error: Math.sqrt(Math.max(0, yy - slope * xy) / (warm.length - 2) / xx) };
};

const mb = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} MB`;

for (const variant of variants) {
  const { name, rows } = variant;
  const mock = await startMock(rows);
  const memory = await runPoller(mock, variant);
  await mock.stop();
  const { slope, error } = slopeOf(memory, rows);
  const residents = memory.samples.map(({ resident }) => resident);
  const goal = { most: GOAL_MB };
  report({
    ...{ name: `${name}, most resident`, value: memory.highest, unit: "MB", goal },
    note:
      `over ${rows.toLocaleString("en-US")} rows, ${Math.round(memory.rowsPerSecond).toLocaleString("en-US")} rows/s ` +
      `from the mock over HTTP; once warm ${slope.toFixed(0)} ± ${error.toFixed(0)} MB a million rows`,
  });
  report({
    ...{
      name: "  the same at 100 million rows",
      value: memory.highest + memory.heldByPages,
      unit: "MB",
      goal,
    },
    note: `${mb(memory.heldByPages)} more are held by what it remembers of ${PAGES_A_DAY.toLocaleString("en-US")} pages, measured`,
  });
  console.log(`  ${sparkline(residents)}  ${mb(Math.min(...residents))} to ${mb(Math.max(...residents))}`);
}
await servers.stop();
process.exit(0);
