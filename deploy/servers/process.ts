import { closeSync, openSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { isAlive } from "./alive.ts";
import { ServersError, type ServersErrorCode } from "./errors.ts";
import { atExit } from "./lifetime.ts";
import type { Log } from "./log.ts";
import { type Confinement, confine } from "./privileges.ts";

const TAIL_LINES = 30;
const PROGRESS_MS = 15_000;
const GONE_MS = 1_000;

export interface Child {
  readonly pid: number;
  /** Resolves to a phrase such as `exit code 1` or `signal SIGKILL`. */
  readonly exited: Promise<string>;
  /** Undefined while it runs. */
  readonly exit: string | undefined;
  signal(signal: NodeJS.Signals): void;
  /** The last lines that it wrote to its log file. */
  logTail(): string;
}

export interface LaunchOptions extends Confinement {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Gets stdout and stderr, appended. Its folder is where the process runs. */
  readonly logFile: string;
}

/** Starts a process that ends no later than this one does. */
export function launch({ command, env, logFile, deathSignal, user }: LaunchOptions): Child {
  const output = openSync(logFile, "a", 0o600);
  const logStart = statSync(logFile).size;
  const spawned = Bun.spawn(confine(command, { deathSignal, user }), {
    stdio: ["ignore", output, output],
    env: { ...process.env, ...env },
    // Where this process runs may be closed to the server's user.
    cwd: dirname(logFile),
    // A session of its own: Ctrl-C in a terminal then reaches only this process, which stops the servers in order.
    detached: true,
  });
  closeSync(output);
  const signal = (name: NodeJS.Signals) => spawned.kill(name);
  const forget = atExit(() => {
    signal(`SIG${deathSignal}`);
    waitUntilGone(spawned.pid);
  });
  let exit: string | undefined;
  const exited = spawned.exited.then((code) => {
    forget();
    exit = spawned.signalCode ? `signal ${spawned.signalCode}` : `exit code ${code}`;
    return exit;
  });
  return {
    pid: spawned.pid,
    exited,
    get exit() {
      return exit;
    },
    signal,
    logTail: () => tail(readFileSync(logFile).subarray(logStart).toString()),
  };
}

export interface ToolOptions {
  /** What the step does, as a line of progress: `building NATS 2.15.2`. */
  readonly step: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly user?: Confinement["user"];
  readonly log: Log;
  /** Thrown when the command fails, with the end of its output. */
  readonly failure: ServersErrorCode;
}

/** Runs a command to its end and tells its progress; ended with this process like any server. */
export async function runTool({ step, command, env, cwd, user, log, failure }: ToolOptions): Promise<string> {
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  log(`${step} …`);
  const progress = setInterval(() => log(`${step} … ${seconds()} s`), PROGRESS_MS);
  const tool = Bun.spawn(confine(command, { deathSignal: "KILL", user }), {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  const forget = atExit(() => tool.kill("SIGKILL"));
  try {
    const [out, err, code] = await Promise.all([
      new Response(tool.stdout).text(),
      new Response(tool.stderr).text(),
      tool.exited,
    ]);
    if (code !== 0) {
      throw new ServersError(failure, {
        message:
          `${step} failed: \`${command.join(" ")}\` ended with code ${code}. Nothing was started. ` +
          `Its last lines tell what to mend:\n${tail(err.trim() || out)}`,
      });
    }
    if (seconds() > 0) log(`${step}: done in ${seconds()} s`);
    return out;
  } finally {
    clearInterval(progress);
    forget();
  }
}

/** Blocks, for use at exit only: what is cleaned up next may be the folder that the process still writes to. */
function waitUntilGone(pid: number): void {
  const deadline = Date.now() + GONE_MS;
  while (isAlive(pid) && Date.now() < deadline) Bun.sleepSync(5);
}

const tail = (text: string): string => text.trimEnd().split("\n").slice(-TAIL_LINES).join("\n");
