/**
 * One gateway with 1 and with 2 runtime processes on NATS and MongoDB's protocol, with 1,000 and 5,000 orders stored:
 * FerretDB, which stands in for MongoDB, takes some 500 writes a second, so that larger sizes would measure it alone.
 */
import { createMongoStore } from "../../../actors/store.mongo.ts";
import { startServers } from "../../../deploy/servers/mod.ts";
import { freePort } from "../../../deploy/servers/ports.ts";
import { startProcess } from "../../crash/process.ts";
import { benchFolder } from "../folder.ts";
import { startDoubleProcess } from "../peers/double/process.ts";
import { settings } from "../peers/jumun/embedded.ts";
import { readFlags } from "./flags.ts";
import { count, type Measured, measureShop, tellMeasured } from "./measured.ts";
import { fill } from "./stored-orders.ts";

const SIZES = [1_000, 5_000] as const;
const RUNTIMES = [1, 2] as const;
const CLIENTS = 32;

const { seconds, warmUpSeconds } = readFlags(process.argv.slice(2));
const folder = benchFolder();
const double = await startDoubleProcess(folder);
const servers = await startServers({ nats: true, mongodb: true });
const { natsUrl = "", mongodbUrl = "" } = servers;

/** The processes of a shop, ready. */
const startShop = async (runtimes: number, name: string) => {
  const env = {
    ...settings({ folder, doubleUrl: double.url }),
    NATS_URL: natsUrl,
    NATS_PREFIX: name,
    MONGODB_URL: mongodbUrl,
    MONGODB_DATABASE: "growth",
  };
  const start = async (role: "gateway" | "runtime") => {
    const one = startProcess({ folder, port: await freePort(), env: { ...env, JUMUN_ROLE: role } });
    await one.ready();
    return one;
  };
  const gateway = await start("gateway");
  const others = await Promise.all(Array.from({ length: runtimes }, () => start("runtime")));
  return { url: gateway.url, all: [gateway, ...others] };
};

const store = await createMongoStore({ url: mongodbUrl, database: "growth" });
const runs: { size: number; runtimes: number; run: Measured }[] = [];
let filled = 0;
for (const size of SIZES) {
  await fill(store, filled, size);
  filled = size;
  for (const runtimes of RUNTIMES) {
    const name = `s${size}r${runtimes}`;
    const { url, all } = await startShop(runtimes, name);
    const pids = [...all.map(({ pid }) => pid), ...servers.processes.map(({ pid }) => pid)];
    const run = await measureShop(
      { url, pids, doublePid: double.pid, folder, stored: size },
      { name: `life-${name}`, clients: CLIENTS, seconds, warmUpSeconds },
    );
    runs.push({ size, runtimes, run });
    await Promise.all(all.map((one) => one.stop()));
  }
}
const first = runs[0];
for (const { size, runtimes, run } of runs) {
  tellMeasured(
    `NATS + MongoDB's protocol, ${count(size)} orders, ${runtimes} runtime${runtimes > 1 ? "s" : ""}`,
    run,
    first && run !== first.run ? { name: "the first", run: first.run, least: 0.9 } : undefined,
  );
}
await store.close();
await servers.stop();
await double.stop();
process.exit(0);
