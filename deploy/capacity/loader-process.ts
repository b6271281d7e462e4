import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Static } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { logUnavailable } from "../../settlement/log/errors.ts";
import { pause } from "../../settlement/log/pause.ts";
import { atExit } from "../servers/lifetime.ts";
import { confine } from "../servers/privileges.ts";
import { LoaderNews, type LoaderTask } from "./loader.ts";

export interface LoaderProcess {
  /** What it told last. */
  news(): Static<typeof LoaderNews>;
  /** Resolves when it has loaded so many rows. @throws LOG_UNAVAILABLE when it ends, or has not in time */
  untilLoaded(rows: number, signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

/** A group may wait some seconds for more members before it begins. */
const FIRST_ROWS_MS = 60_000;
const LOOK_MS = 20;
const STOP_MS = 10_000;

export const startLoader = (task: Omit<Static<typeof LoaderTask>, "path">): LoaderProcess => {
  const folder = mkdtempSync(join(tmpdir(), "jumun-capacity-"));
  const argument = JSON.stringify({ ...task, path: join(folder, "ledger.sqlite") });
  let last: Static<typeof LoaderNews> = { rows: 0, cpuMs: 0 };
  const child = Bun.spawn(
    confine([process.execPath, join(import.meta.dir, "loader.ts"), argument], { deathSignal: "KILL" }),
    {
      stdio: ["ignore", "ignore", "pipe"],
      // Ctrl-C in a terminal reaches only the parent, which ends it in order.
      detached: true,
      ipc: (message: unknown) => {
        if (Value.Check(LoaderNews, message)) last = message;
      },
    },
  );
  const said = new Response(child.stderr).text();
  const forget = atExit(() => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    news: () => last,
    async untilLoaded(rows, signal) {
      for (
        const deadline = performance.now() + FIRST_ROWS_MS;
        last.rows < rows;
        await pause(LOOK_MS, signal)
      ) {
        if (signal.aborted) return;
        if (child.exitCode === null && performance.now() < deadline) continue;
        const why = child.exitCode === null ? `no row after ${FIRST_ROWS_MS / 1_000} s` : (await said).trim();
        throw logUnavailable(`The loader does not load (${why})`, "See that groups may be joined there");
      }
    },
    async stop() {
      const patience = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      child.kill("SIGTERM");
      await child.exited;
      clearTimeout(patience);
      forget();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
