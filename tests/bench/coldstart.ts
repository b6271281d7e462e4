/** From starting the process on an empty folder to the first 200 of /readyz, embedded. */
import { join } from "node:path";
import { benchFolder } from "./folder.ts";
import { report } from "./report.ts";
import { median } from "./rounds.ts";
import { startShop } from "./shop.ts";

const STARTS = 5;

const times: number[] = [];
for (let start = 0; start < STARTS; start += 1) {
  const since = performance.now();
  const shop = await startShop(join(benchFolder(), "data"));
  times.push(performance.now() - since);
  await shop.stop();
}
const highest = Math.round(Math.max(...times));
report({
  name: "cold start to ready, embedded",
  value: median(times),
  unit: "ms",
  goal: { most: 1_000 },
  note: `the median of ${STARTS}, slowest ${highest} ms; files in the system's cache`,
});
process.exit(0);
