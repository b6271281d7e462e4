import { isStoreError } from "../errors.ts";
import type { Log } from "../ports.ts";
import { STORE_AWAY_EVERY_MS, sparingly } from "./sparingly.ts";

export interface Chore {
  start(): void;
  stop(): void;
}

/** Runs `task` every `ms`, never twice at once; a failure is logged and the next turn comes all the same. */
export const every = (ms: number, task: () => Promise<unknown>, log: Log, name: string): Chore => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = true;
  const warn = log.warn.bind(log);
  const warnAway = sparingly(STORE_AWAY_EVERY_MS, warn);
  const turn = async () => {
    try {
      await task();
    } catch (error) {
      const tell = isStoreError(error) ? warnAway : warn;
      tell({ error, task: name }, "a background task failed and is tried again");
    }
    if (!stopped) timer = setTimeout(turn, ms);
  };
  return {
    start() {
      stopped = false;
      timer = setTimeout(turn, ms);
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
};
