/**
 * What is left of the shop's capacity when more orders arrive than it can place: `bun run bench:overload`. Arrivals come
 * by the clock; capacity is measured anew before and after each load, so that a machine that does something else
 * meanwhile moves both.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Table from "cli-table3";
import { quantileOf } from "../../deploy/capacity/trend.ts";
import { benchFolder } from "./folder.ts";
import { type OpenRun, offer } from "./open-loop.ts";
import { placeOrder } from "./place-order.ts";
import { report } from "./report.ts";
import { startShop } from "./shop.ts";
import { sparkline } from "./sparkline.ts";
import { installWrk, placeOrders } from "./wrk.ts";

const TIMES = [1, 2, 3, 5] as const;
const SECONDS = 8;
const CAPACITY_SECONDS = 4;
/** As many as a gateway sees that serves browsers through a proxy or two. */
const CONNECTIONS = 4_000;
const SAMPLE_MS = 250;

await installWrk();
const shop = await startShop(join(benchFolder(), "data"));

/** Resident memory of the shop, MB. */
const memory = (): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${shop.pid}/status`, "utf8"))?.[1]) / 1_024;

let runs = 0;
/** Orders a second that are placed when each of 256 connections sends the next one upon its answer. */
const capacity = async (): Promise<number> => {
  runs += 1;
  const run = await placeOrders(shop.url, {
    name: `capacity-${runs}`,
    connections: 256,
    seconds: CAPACITY_SECONDS,
  });
  return (run.requests - run.failed) / run.seconds;
};

const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
const whole = (value: number): string => Math.round(value).toLocaleString("en-US");
const percent = (value: number): string => `${Math.round(value * 100)}%`;

const table = new Table({
  head: [
    "offered",
    "arrivals/s",
    "placed/s",
    "of capacity",
    "p50",
    "p99",
    "turned away/s",
    "their p50",
    "memory, MB",
  ],
  style: { head: [], border: [] },
});

const strangeOf = ({ statuses }: OpenRun): string[] =>
  [...statuses].flatMap(([status, count]) => ([201, 503].includes(status) ? [] : `${count} × ${status}`));

await capacity(); // warm-up
let before = await capacity();
const started = memory();
for (const times of TIMES) {
  const rate = times * before;
  const seen: number[] = [];
  const sampling = setInterval(() => seen.push(memory()), SAMPLE_MS);
  const run = await offer({
    url: shop.url,
    rate,
    seconds: SECONDS,
    connections: CONNECTIONS,
    request: placeOrder(`times-${times}`),
  });
  clearInterval(sampling);
  const after = await capacity();
  const peak = (before + after) / 2;
  const placed = run.accepted.length / SECONDS;
  table.push([
    `${times}×`,
    whole(rate),
    whole(placed),
    percent(placed / peak),
    ms(quantileOf(run.accepted, 0.5)),
    ms(quantileOf(run.accepted, 0.99)),
    whole(run.refused.length / SECONDS),
    ms(quantileOf(run.refused, 0.5)),
    `${whole(Math.min(...seen))} to ${whole(Math.max(...seen))} ${sparkline(seen, 16)}`,
  ]);
  const strange = strangeOf(run);
  if (run.broken + run.unanswered + strange.length > 0) {
    const told = [...strange, `${run.broken} broken`, `${run.unanswered} unanswered`].join(", ");
    throw new Error(`At ${times}× not every answer is a 201 or a 503: ${told}\n${shop.tail()}`);
  }
  if (times === 3) {
    report({
      name: "POST /orders placed at 3× capacity",
      value: placed,
      unit: "/s",
      floor: { name: "capacity", value: peak },
      goal: { ratio: 0.8 },
    });
    report({ name: "their p99", value: quantileOf(run.accepted, 0.99), unit: "ms", goal: { most: 1_000 } });
  }
  before = after;
}
report({ name: "memory gained over all of it", value: memory() - started, unit: "MB", goal: { most: 100 } });
console.log(table.toString());
await shop.stop();
process.exit(0);
