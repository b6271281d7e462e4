/** Jumun embedded with 10,000, 100,000 and 1,000,000 orders in its store, then with 10,000 again. */
import { cpSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { createSqliteStore } from "../../../actors/store.sqlite.ts";
import { freePort } from "../../../deploy/servers/ports.ts";
import { startProcess } from "../../crash/process.ts";
import { benchFolder } from "../folder.ts";
import { startDoubleProcess } from "../peers/double/process.ts";
import { settings } from "../peers/jumun/embedded.ts";
import { report } from "../report.ts";
import { untilAtRest } from "./at-rest.ts";
import { readFlags } from "./flags.ts";
import { count, type Measured, measureShop, tellMeasured } from "./measured.ts";
import { fill } from "./stored-orders.ts";

/** At most a tenth is lost from the smallest size to the largest. */
const LEAST = 0.9;

const { seconds, warmUpSeconds, clients, orders: sizes } = readFlags(process.argv.slice(2));
const folder = benchFolder();
const double = await startDoubleProcess(folder);

const fillTo = async (data: string, from: number, to: number) => {
  const store = await createSqliteStore({ path: join(data, "orders.sqlite") });
  const since = performance.now();
  await fill(store, from, to);
  await store.close();
  const bytes = readdirSync(data).reduce((sum, name) => sum + statSync(join(data, name)).size, 0);
  console.log(
    `  filled to ${count(to)} orders in ${count((performance.now() - since) / 1_000)} s, ${count(bytes / 2 ** 20)} MB`,
  );
};

let started = 0;
const measureWith = async (place: string, stored: number): Promise<Measured> => {
  started += 1;
  const shop = startProcess({
    folder: place,
    port: await freePort(),
    env: settings({ folder: place, doubleUrl: double.url }),
  });
  await shop.ready();
  const restMs = await untilAtRest(shop.pid);
  console.log(`  started on ${count(stored)} orders, at rest after ${count(restMs / 1_000)} s`);
  try {
    return await measureShop(
      { url: shop.url, pids: [shop.pid], doublePid: double.pid, folder: place, stored },
      { name: `life-${started}`, clients, seconds, warmUpSeconds },
    );
  } finally {
    await shop.stop();
  }
};

const placeOf = (name: string) => {
  const place = join(folder, name);
  mkdirSync(join(place, "data"), { recursive: true });
  return place;
};

const [smallest = 10_000, ...larger] = sizes;
const growing = placeOf("growing");
const again = placeOf("again");
await fillTo(join(growing, "data"), 0, smallest);
cpSync(join(growing, "data"), join(again, "data"), { recursive: true });
const runs: [size: number, run: Measured][] = [[smallest, await measureWith(growing, smallest)]];
let filled = smallest;
for (const size of larger) {
  await fillTo(join(growing, "data"), filled, size);
  filled = size;
  runs.push([size, await measureWith(growing, size)]);
}
const last = await measureWith(again, smallest);

const first = runs[0]?.[1] ?? last;
// What else the machine does changes meanwhile: the smallest size was measured at both ends, and the mean is compared.
const mean = (of: (run: Measured) => number) => (of(first) + of(last)) / 2;
const floorRun: Measured = {
  ...first,
  commandsPerSecond: mean((run) => run.commandsPerSecond),
  p99Ms: mean((run) => run.p99Ms),
};
const floor = { name: `${count(smallest)} orders, before and after`, run: floorRun, least: LEAST };
for (const [size, run] of runs) {
  tellMeasured(`embedded, ${count(size)} orders stored`, run, size === smallest ? undefined : floor);
}
tellMeasured(`embedded, ${count(smallest)} orders again`, last);
const largest = runs.at(-1)?.[1] ?? last;
report({
  name: "  p99 at the largest",
  value: largest.p99Ms,
  unit: "ms",
  floor: { name: `${count(smallest)} orders`, value: floorRun.p99Ms },
  goal: { most: floorRun.p99Ms / LEAST },
});
await double.stop();
process.exit(0);
