import { join } from "node:path";
import type { KstDate } from "../../machines/mod.ts";
import { confine } from "../servers/privileges.ts";
import type { Env } from "../settings.ts";
import { DEMO_PAGE } from "./poller.ts";

/** A rehearsal that hangs has failed. */
const MOST_MS = 30_000;

/**
 * Settles a day by two pollers, one after the other. The first is killed (SIGKILL) in the middle of its pages, when one
 * of them is in the log and its checkpoint is not written; the second goes on from there. Resolves to that page.
 *
 * @param rows that Toss has of the day, at least one
 */
export const settleKilled = async (
  date: KstDate,
  { rows, env }: { rows: number; env: Env },
): Promise<number> => {
  const page = Math.ceil(Math.ceil(rows / DEMO_PAGE) / 2);
  const first = startPoller(date, { ...env, HOLD_PAGE: String(page) });
  await Promise.race([first.held, first.exited]);
  first.kill();
  const end = await first.exited;
  if (end !== "SIGKILL")
    throw new Error(`The poller was to be killed at page ${page}, and ended by itself (${end}).`);
  const second = await startPoller(date, env).exited;
  if (second !== 0) throw new Error(`The poller that went on ended with ${second}.`);
  return page;
};

const startPoller = (date: KstDate, env: Env) => {
  const held = Promise.withResolvers<void>();
  const child = Bun.spawn(
    confine([process.execPath, join(import.meta.dir, "poller.ts"), date], { deathSignal: "KILL" }),
    {
      env: { ...process.env, ...env },
      stdio: ["ignore", "inherit", "inherit"],
      timeout: MOST_MS,
      ipc: (message) => {
        if (message === "held") held.resolve();
      },
    },
  );
  return {
    held: held.promise,
    /** Resolves to its exit code, or to the signal that ended it. */
    exited: child.exited.then((code) => child.signalCode ?? code),
    kill: () => child.kill("SIGKILL"),
  };
};
