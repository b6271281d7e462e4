import { join } from "node:path";
import { openLine } from "../peers/client/line.ts";
import { measure, type Run } from "../peers/measure.ts";
import { report } from "../report.ts";
import { storedOrderId } from "./stored-orders.ts";

const commands = join(import.meta.dir, "../peers/jumun/commands.ts");
const READERS = 16;
const READ_MS = 3_000;

export interface Measured extends Run {
  /** `GET /orders/:id` of orders anywhere in the store, a second. */
  readonly readsPerSecond: number;
}

export interface Target {
  readonly url: string;
  readonly pids: readonly number[];
  readonly doublePid: number;
  readonly folder: string;
  readonly stored: number;
}

/** Whole lives of new orders, then reads of old ones. `name` no other run on the same store has. */
export const measureShop = async (
  { url, pids, doublePid, folder, stored }: Target,
  options: { name: string; clients: number; seconds: number; warmUpSeconds: number },
): Promise<Measured> => {
  const run = await measure({ commands }, { url, pids: () => [...pids] }, { ...options, doublePid, folder });
  return { ...run, readsPerSecond: await readsPerSecond(url, stored) };
};

const readsPerSecond = async (url: string, stored: number): Promise<number> => {
  const lines = await Promise.all(Array.from({ length: READERS }, () => openLine(url)));
  const since = performance.now();
  let reads = 0;
  await Promise.all(
    lines.map(async (line) => {
      while (performance.now() - since < READ_MS) {
        const index = Math.floor(Math.random() * stored);
        const { status } = await line.ask({ method: "GET", path: `/orders/${storedOrderId(index)}` });
        if (status !== 200) throw new Error(`A stored order was answered ${status}.`);
        reads += 1;
      }
      line.close();
    }),
  );
  return (reads / (performance.now() - since)) * 1_000;
};

export const count = (value: number): string => Math.round(value).toLocaleString("en-US");

/** `least`: of the first size's figure, to be kept. */
export const tellMeasured = (
  name: string,
  run: Measured,
  floor?: { readonly name: string; readonly run: Measured; readonly least: number },
): void =>
  report({
    name,
    value: run.commandsPerSecond,
    unit: "commands/s",
    ...(floor && {
      floor: { name: floor.name, value: floor.run.commandsPerSecond },
      goal: { ratio: floor.least },
    }),
    note: `p50 ${run.p50Ms.toFixed(1)} ms, p99 ${run.p99Ms.toFixed(1)} ms; ${count(run.cpu.servers)} µs of processor a command; ${count(run.memoryBytes / 2 ** 20)} MB; ${count(run.readsPerSecond)} reads/s of old orders`,
  });
