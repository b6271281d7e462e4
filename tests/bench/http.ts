/** Orders placed over HTTP on the embedded default: the process that a user starts, with wrk beside it. */
import { Database } from "bun:sqlite";
import { join } from "node:path";
import type { ShopProcess } from "../crash/process.ts";
import { benchFolder } from "./folder.ts";
import { report } from "./report.ts";
import { startShop } from "./shop.ts";
import { installWrk, placeOrders } from "./wrk.ts";

const CONNECTIONS = [16, 64, 256] as const;
const SECONDS = 8;
const WARM_UP = { name: "warm-up", connections: 64, seconds: 3 } as const;
/** The last answers are counted by the server a moment after wrk has them. */
const COUNTED_MS = 300;

/** How many `POST /orders` the server says to have answered, by status. */
const answeredBy = async ({ url }: ShopProcess): Promise<Map<string, number>> => {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const lines = metrics.matchAll(/^jumun_http_request_duration_seconds_count\{([^}]*)\} (\d+)$/gm);
  const counts = new Map<string, number>();
  for (const [, labels = "", count] of lines) {
    const status = /status="(\d+)"/.exec(labels)?.[1] ?? "none";
    if (labels.includes('route="/orders"') && labels.includes('method="POST"')) {
      counts.set(status, (counts.get(status) ?? 0) + Number(count));
    }
  }
  return counts;
};

await installWrk();
const dataFolder = join(benchFolder(), "data");
const server = await startShop(dataFolder);

/** Each answer that wrk counted must be a 201 to the server too; all that were not are an error. */
const place = async (load: { name: string; connections: number; seconds: number }) => {
  const before = (await answeredBy(server)).get("201") ?? 0;
  const run = await placeOrders(server.url, load);
  await Bun.sleep(COUNTED_MS);
  const answered = await answeredBy(server);
  const created = (answered.get("201") ?? 0) - before;
  if (run.failed > 0 || answered.size !== 1 || created < run.requests) {
    const statuses = JSON.stringify(Object.fromEntries(answered));
    throw new Error(
      `${load.name}: not every answer is a 201. wrk: ${JSON.stringify(run)}, the server: ${statuses}\n${server.tail()}`,
    );
  }
  return { run, created };
};

let { created: total } = await place(WARM_UP);
for (const connections of CONNECTIONS) {
  const { run, created } = await place({ name: `run-${connections}`, connections, seconds: SECONDS });
  total += created;
  report({
    name: `POST /orders, embedded, ${connections} connections`,
    value: run.requests / run.seconds,
    unit: "commands/s",
    ...(connections === 64 && { goal: { least: 8_000 } }),
    note: `p50 ${run.p50Ms.toFixed(1)} ms, p99 ${run.p99Ms.toFixed(1)} ms`,
  });
}

// What was answered 201 must stand on the disk: here, after an orderly end; after kill -9, in tests/crash.
await server.stop();
const database = new Database(join(dataFolder, "orders.sqlite"), { readonly: true });
const { stored } = database
  .query<{ stored: number }, []>("SELECT count(*) AS stored FROM orders WHERE state = 'ordered'")
  .get() ?? { stored: 0 };
database.close();
if (stored < total) throw new Error(`${total} orders were answered 201, and ${stored} are stored.`);
console.log(`${stored.toLocaleString("en-US")} orders stored, every answer a 201`);
process.exit(0);
