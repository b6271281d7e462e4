import { readFileSync } from "node:fs";

const LIMIT_MS = 60_000;
const PAUSE_MS = 50;
const TAIL = 2_000;

/** Waits until `done` says so, whatever it throws meanwhile. Throws with the end of the log after a minute. */
export const until = async (what: string, logFile: string, done: () => Promise<boolean>): Promise<void> => {
  for (const deadline = Date.now() + LIMIT_MS; ; await Bun.sleep(PAUSE_MS)) {
    if (await done().catch(() => false)) return;
    if (Date.now() > deadline) {
      throw new Error(
        `${what} is not ready. The end of its log:\n${readFileSync(logFile, "utf8").slice(-TAIL)}`,
      );
    }
  }
};
