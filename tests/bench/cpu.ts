import { readFileSync } from "node:fs";

/** CPU time that a process has taken so far, in µs; NaN where there is no /proc. Linux counts in hundredths of a second. */
export const cpuTimeOf = (pid: number): number => {
  if (process.platform !== "linux") return Number.NaN;
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
};
