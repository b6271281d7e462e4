import { readdirSync, readFileSync } from "node:fs";

/** Linux counts in hundredths of a second. */
const TICK_US = 10_000;

/** Processor time in µs, by what the threads of this process do. */
export interface ThreadTimes {
  readonly main: number;
  /** Threads of the program's own, such as the one that produces. */
  readonly workers: number;
}

/** What this process' threads have used so far, as the system notes it. The collector and the compiler are left out. */
export const threadTimes = (): ThreadTimes => {
  let [main, workers] = [0, 0];
  for (const thread of readdirSync("/proc/self/task")) {
    const text = statOf(thread);
    const name = text.slice(text.indexOf("(") + 1, text.lastIndexOf(")"));
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const used = (Number(fields[11]) + Number(fields[12])) * TICK_US;
    if (thread === String(process.pid)) main += used;
    else if (name === "Worker") workers += used;
  }
  return { main, workers };
};

/** Nothing used for one that has ended meanwhile. */
const statOf = (thread: string): string => {
  try {
    return readFileSync(`/proc/self/task/${thread}/stat`, "utf8");
  } catch {
    return `(gone) ${"0 ".repeat(13)}`;
  }
};
