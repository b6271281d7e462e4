/** Orders placed over HTTP on the embedded default: the process that a user starts, with wrk beside it. */
import { Database } from "bun:sqlite";
import { join } from "node:path";
import { issueToken } from "../../deploy/token/issue.ts";
import type { ShopProcess } from "../crash/process.ts";
import { cpuTimeOf } from "./cpu.ts";
import { benchFolder } from "./folder.ts";
import { report } from "./report.ts";
import { median } from "./rounds.ts";
import { startShop } from "./shop.ts";
import { installWrk, type Load, placeOrders, type WrkRun } from "./wrk.ts";

const CONNECTIONS = [16, 64, 256] as const;
const SECONDS = 8;
/** How often tokens and none are compared. */
const TURNS = 3;
const WARM_UP = { name: "warm-up", connections: 64, seconds: 3 } as const;
/** The last answers are counted by the server a moment after wrk has them. */
const COUNTED_MS = 300;

/** How many `POST /orders` the server says to have answered, by status. */
const answeredBy = async ({ url }: ShopProcess, token?: string): Promise<Map<string, number>> => {
  const headers = token === undefined ? undefined : { authorization: `Bearer ${token}` };
  const metrics = await (await fetch(`${url}/metrics`, { ...(headers && { headers }) })).text();
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
const folder = benchFolder();
const { token, publicKeys } = await issueToken({
  role: "service",
  id: "shop",
  hours: 1,
  folder: join(folder, "keys"),
  audience: "jumun",
  issuer: undefined,
  roleClaim: "role",
});

/** One shop, and how many of its orders were answered 201. */
const open = async (name: string, env: Readonly<Record<string, string>> = {}) => ({
  dataFolder: join(folder, name),
  server: await startShop(join(folder, name), env),
  total: 0,
});
type Shop = Awaited<ReturnType<typeof open>>;

/** Each answer that wrk counted must be a 201 to the server too; all that were not are an error. */
const place = async (shop: Shop, load: Load) => {
  const { server } = shop;
  const before = (await answeredBy(server, load.token)).get("201") ?? 0;
  const cpu = cpuTimeOf(server.pid);
  const run = await placeOrders(server.url, load);
  const cpuUs = (cpuTimeOf(server.pid) - cpu) / run.requests;
  await Bun.sleep(COUNTED_MS);
  const answered = await answeredBy(server, load.token);
  const created = (answered.get("201") ?? 0) - before;
  if (run.failed > 0 || answered.size !== 1 || created < run.requests) {
    const statuses = JSON.stringify(Object.fromEntries(answered));
    throw new Error(
      `${load.name}: not every answer is a 201. wrk: ${JSON.stringify(run)}, the server: ${statuses}\n${server.tail()}`,
    );
  }
  shop.total += created;
  return { perSecond: run.requests / run.seconds, cpuUs, note: noteOf(run) };
};

type Placed = Awaited<ReturnType<typeof place>>;

const noteOf = ({ p50Ms, p99Ms }: WrkRun) => `p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`;

/** What was answered 201 must stand on the disk: here, after an orderly end; after kill -9, in tests/crash. */
const close = async ({ server, dataFolder, total }: Shop) => {
  await server.stop();
  const database = new Database(join(dataFolder, "orders.sqlite"), { readonly: true });
  const { stored } = database
    .query<{ stored: number }, []>("SELECT count(*) AS stored FROM orders WHERE state = 'ordered'")
    .get() ?? { stored: 0 };
  database.close();
  if (stored < total) throw new Error(`${total} orders were answered 201, and ${stored} are stored.`);
  console.log(`${stored.toLocaleString("en-US")} orders stored, every answer a 201`);
};

const shop = await open("data");
await place(shop, WARM_UP);
for (const connections of CONNECTIONS) {
  const { perSecond, note } = await place(shop, {
    name: `run-${connections}`,
    connections,
    seconds: SECONDS,
  });
  report({
    name: `POST /orders, embedded, ${connections} connections`,
    value: perSecond,
    unit: "commands/s",
    ...(connections === 64 && { goal: { least: 8_000 } }),
    note,
  });
}

// In turns, so that what else the machine does meets both alike.
const guarded = await open("guarded", {
  AUTH: "jwt",
  AUTH_JWKS: publicKeys,
  RATE_LIMIT_STAFF_PER_SECOND: "100000", // one caller is all of them
});
await place(guarded, { ...WARM_UP, token });
const placed = { none: [] as Placed[], token: [] as Placed[] };
for (let turn = 0; turn < TURNS; turn += 1) {
  const load = { name: `turn-${turn}`, connections: 64, seconds: SECONDS / 2 };
  placed.none.push(await place(shop, load));
  placed.token.push(await place(guarded, { ...load, token }));
}
const rateOf = (all: readonly Placed[]) => median(all.map(({ perSecond }) => perSecond));
const cpuOf = (all: readonly Placed[]) => median(all.map(({ cpuUs }) => cpuUs));
report({
  name: "POST /orders with a token, 64 connections",
  value: rateOf(placed.token),
  unit: "commands/s",
  floor: { name: "without a token", value: rateOf(placed.none) },
});
if (Number.isFinite(cpuOf(placed.none))) {
  report({
    name: "  the server's CPU time for each",
    value: cpuOf(placed.token),
    unit: "µs",
    floor: { name: "without a token", value: cpuOf(placed.none) },
  });
}

await close(shop);
await close(guarded);
process.exit(0);
