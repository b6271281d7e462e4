import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { launch } from "../../../deploy/servers/process.ts";
import type { KstDate } from "../../../machines/mod.ts";
import type { TossMock } from "../../toss/mod.ts";
import { createMember, type Member, type Run } from "../world/member.ts";
import type { Target } from "../world/target.ts";

/** The way of the money beside the orders: a poller that goes from day to day, and the departments' loader. */
export interface Settling {
  readonly dates: readonly KstDate[];
  /** What reads and writes the same log, runs and ledgers as the processes do, but past the lines. */
  readonly settings: Readonly<Record<string, string>>;
  /** The poller of the day at hand. The driver starts the next one by itself, so `start` does nothing. */
  readonly poller: Target;
  readonly loader: Member;
  /**
   * Polls a day before anything is broken, so that all collections are there: a FerretDB that dies while it makes one
   * has the table and not its entry, and can't make it ever after.
   */
  warmUp(): Promise<void>;
  /** Begins to poll day after day, round and round. */
  begin(): void;
  /** Polls each day to its end and loads all; nothing runs afterwards. */
  finish(): Promise<void>;
}

export interface SettlingOptions {
  readonly folder: string;
  readonly mock: TossMock;
  /** Of the processes. */
  readonly settings: Readonly<Record<string, string>>;
  /** The same, past the lines. */
  readonly direct: Readonly<Record<string, string>>;
  readonly onTrouble: (message: string) => void;
}

/** Days in the past on which Toss paid something out. */
const DATES = ["2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20"];
const ROWS_A_DAY = 120;
/** What ends a poller that somebody else was in the way of: try again. Of `settlement/errors.ts`. */
const AGAIN: ReadonlySet<string> = new Set(["signal SIGKILL", "exit code 69", "exit code 75"]);
const MOST_TRIES = 60;
const READY_MS = 60_000;

export const openSettling = (options: SettlingOptions): Settling => {
  const { folder, mock, settings, direct, onTrouble } = options;
  for (const paidOutDate of DATES) mock.settlements.generate({ paidOutDate, rows: ROWS_A_DAY });
  const start = startIn(folder);
  let poller: Run | undefined;
  let isOver = false;
  let driving: Promise<void> | undefined;

  const poll = async (date: KstDate, env: Readonly<Record<string, string>>): Promise<void> => {
    for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
      const run = start("poller.ts", [date], env);
      poller = run;
      const how = await run.exited;
      poller = undefined;
      if (how === "exit code 0") return;
      if (!AGAIN.has(how)) return onTrouble(`the poller of ${date} ended with ${how}:\n${run.tail()}`);
      await Bun.sleep(100);
    }
    onTrouble(`the poller of ${date} did not get through in ${MOST_TRIES} tries`);
  };
  const drive = async () => {
    while (!isOver) for (const date of DATES) if (!isOver) await poll(date, settings);
  };
  const loader = createMember("loader", () => start("loader.ts", [], settings), onTrouble);

  return {
    dates: DATES,
    settings: direct,
    loader,
    poller: {
      name: "poller",
      get pid() {
        return poller?.pid;
      },
      async kill() {
        const run = poller;
        if (!run) return;
        process.kill(run.pid, "SIGKILL");
        await run.exited;
      },
      start: async () => {},
    },
    warmUp: () => poll(DATES[0] ?? "", settings),
    begin() {
      driving = drive();
    },
    async finish() {
      isOver = true;
      await driving;
      for (const date of DATES) await poll(date, settings);
      await loader.stop();
      const last = start("loader.ts", ["--until-caught-up"], settings);
      const how = await last.exited;
      if (how !== "exit code 0") onTrouble(`the loaders did not catch up (${how}):\n${last.tail()}`);
    },
  };
};

let started = 0;

const startIn =
  (folder: string) =>
  (program: string, args: readonly string[], env: Readonly<Record<string, string>>): Run => {
    started += 1;
    const logFile = join(folder, `${program.slice(0, -3)}-${started}.log`);
    const command = [process.execPath, resolve(import.meta.dir, program), ...args];
    const child = launch({ command, env, logFile, deathSignal: "KILL" });
    return {
      pid: child.pid,
      exited: child.exited,
      tail: child.logTail,
      async ready() {
        for (const end = performance.now() + READY_MS; ; await Bun.sleep(20)) {
          if (readFileSync(logFile, "utf8").includes('"msg":"loading"')) return;
          if (child.exit !== undefined || performance.now() > end) throw new Error(child.logTail());
        }
      },
    };
  };
