import { readdirSync, readFileSync } from "node:fs";
import { cpuTimeOf } from "../cpu.ts";

/** What processes have used since they started. */
export interface Usage {
  /** Of a processor, user and system. In seconds. */
  readonly cpuSeconds: number;
  /** Proportional set size now, so that memory which processes share counts once. */
  readonly memoryBytes: number;
}

/** Of these processes and all that they started and that still run. Linux only. */
export const usageOf = (roots: readonly number[]): Usage => {
  const pids = withDescendants(roots);
  const sum = (of: (pid: number) => number) => pids.reduce((total, pid) => total + orZero(() => of(pid)), 0);
  return {
    cpuSeconds: sum(cpuTimeOf) / 1e6,
    memoryBytes: sum((pid) => field(`/proc/${pid}/smaps_rollup`, "Pss") * 1_024),
  };
};

/** A process may end while it is looked at. */
const orZero = (read: () => number): number => {
  try {
    return read();
  } catch {
    return 0;
  }
};

const statOf = (pid: number | string): string[] => {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name before may hold anything
};

const field = (file: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(readFileSync(file, "utf8"))?.[1] ?? 0);

const withDescendants = (roots: readonly number[]): number[] => {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const parent = orZero(() => Number(statOf(name)[1]));
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found: number[] = [];
  const visit = (pid: number) => {
    found.push(pid);
    for (const child of children.get(pid) ?? []) visit(child);
  };
  for (const root of roots) visit(root);
  return found;
};
