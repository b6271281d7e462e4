import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { BENCH_DIR, benchFolder } from "../folder.ts";
import { report } from "../report.ts";
import { type Crash, crash } from "./crash.ts";
import { startDoubleProcess } from "./double/process.ts";
import { readFlags } from "./flags.ts";
import { linesOfCode } from "./lines-of-code.ts";
import { measure, type Run } from "./measure.ts";
import type { Peer } from "./peer.ts";

/** What is known of a system after its section. */
export interface PeerResult {
  readonly name: string;
  readonly durability: string;
  readonly flowLines: number;
  readonly runs: readonly Run[];
  readonly crash: Crash;
}

/** A JSON file for each system that was measured in this run. */
export const RESULTS_DIR = join(BENCH_DIR, "peers");
const ROOT = resolve(import.meta.dir, "../../..");
const CRASH = { clients: 64, seconds: 5 } as const;

/** Measures one system with each number of clients, then kills it under load. Ends the process. */
export const runSection = async (peer: Peer): Promise<never> => {
  const { seconds, warmUpSeconds, clients } = readFlags(process.argv.slice(2));
  await peer.install();
  const folder = benchFolder();
  const double = await startDoubleProcess(folder);
  const running = await peer.start({ folder, doubleUrl: double.url });
  try {
    const runs: Run[] = [];
    for (const [index, many] of clients.entries()) {
      const run = await measure(peer, running, {
        clients: many,
        seconds,
        // What one run has warmed up stays warm.
        warmUpSeconds: index === 0 ? warmUpSeconds : Math.ceil(warmUpSeconds / 4),
        doublePid: double.pid,
        name: `life-${many}`,
        folder,
      });
      runs.push(run);
      tell(peer, run);
    }
    const crashed = await crash(peer, running, { ...CRASH, folder, doubleUrl: double.url });
    report({
      name: `  ${peer.name}, kill -9 under load: lost`,
      value: crashed.lost + crashed.doubled + crashed.unsettled,
      unit: "steps",
      goal: { most: 0 },
      note: `${crashed.acknowledged} steps acknowledged of ${crashed.orders} orders; ${crashed.lost} lost, ${crashed.doubled} orders doubled, ${crashed.unsettled} unsettled`,
    });
    save({
      name: peer.name,
      durability: peer.durability,
      flowLines: peer.flow.reduce((sum, path) => sum + linesOfCode(join(ROOT, path)), 0),
      runs,
      crash: crashed,
    });
  } finally {
    await running.stop();
    await double.stop();
  }
  process.exit(0);
};

const tell = ({ name }: Peer, run: Run): void => {
  const { servers, client, double } = run.cpu;
  const ms = (value: number) => value.toFixed(1);
  report({
    name: `${name}, ${run.clients} clients`,
    value: run.commandsPerSecond,
    unit: "commands/s",
    note: `p50 ${ms(run.p50Ms)} ms, p99 ${ms(run.p99Ms)} ms; processor time a command: servers ${Math.round(servers)} µs, client ${Math.round(client)}, double ${Math.round(double)}`,
  });
};

const save = (result: PeerResult): void => {
  mkdirSync(RESULTS_DIR, { recursive: true });
  writeFileSync(join(RESULTS_DIR, `${result.name}.json`), JSON.stringify(result));
};
