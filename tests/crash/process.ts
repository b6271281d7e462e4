import { appendFileSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Child, launch } from "../../deploy/servers/process.ts";

const MAIN = resolve(import.meta.dir, "../../deploy/main.ts");
const READY_MS = 30_000;
const LOOK_EVERY_MS = 10;
const TAIL_LINES = 60;

/** One line of a process' structured log. */
export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** Jumun as a process of its own, the way a user starts it. It ends no later than the test process does. */
export interface ShopProcess {
  readonly pid: number;
  /** Where its gateway listens; nothing answers there in a process that is only a runtime. */
  readonly url: string;
  /** Resolves once it takes work. @throws Error with the end of its output when it ends before, or takes too long */
  ready(): Promise<void>;
  /** SIGKILL: no warning, no last words. Resolves when the process is gone. */
  kill9(): Promise<void>;
  /** SIGTERM, as an operator would. Resolves to how it ended, such as `exit code 0`. */
  stop(): Promise<string>;
  /** Resolves to how it ended. */
  readonly exited: Promise<string>;
  /** Its log so far, at this level. */
  logged(level: "error" | "warn" | "info"): readonly LogLine[];
  /** All that it wrote so far, to standard output and error. */
  output(): string;
  /** The last lines of that. */
  tail(): string;
}

export interface StartOptions {
  /** Settings by name. */
  readonly env: Readonly<Record<string, string>>;
  /** Gets the log file. */
  readonly folder: string;
  readonly port: number;
  /** What to run in place of `deploy/main.ts`. */
  readonly program?: string | undefined;
  readonly user?: { readonly name: string; readonly uid: number; readonly gid: number } | undefined;
}

let started = 0;

/** Starts a process. It is ready only when `ready` says so. */
export const startProcess = ({ env, folder, port, program = MAIN, user }: StartOptions): ShopProcess => {
  started += 1;
  const logFile = join(folder, `process-${started}.log`);
  const child: Child = launch({
    command: [process.execPath, program],
    // Unless a test is about who may call, everyone may.
    env: { AUTH: "dev", ...env, PORT: String(port), HOST: "127.0.0.1" },
    logFile,
    deathSignal: "KILL",
    user,
  });
  const url = `http://127.0.0.1:${port}`;
  const output = () => readFileSync(logFile, "utf8");
  const tail = () => output().trimEnd().split("\n").slice(-TAIL_LINES).join("\n");
  const lines = (): LogLine[] =>
    output()
      .split("\n")
      .flatMap((line) => (line.startsWith("{") && line.endsWith("}") ? [JSON.parse(line) as LogLine] : []));

  const isReady = async (): Promise<boolean> => {
    if (env.JUMUN_ROLE === "runtime") return lines().some(({ msg }) => msg === "ready");
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(
      () => undefined,
    );
    await answer?.arrayBuffer();
    return answer?.status === 200;
  };

  const end = async (signal: "SIGKILL" | "SIGTERM"): Promise<string> => {
    if (child.exit === undefined) {
      appendFileSync(logFile, `--- ${signal} at ${new Date().toISOString()}\n`);
      child.signal(signal);
    }
    return child.exited;
  };

  return {
    pid: child.pid,
    url,
    exited: child.exited,
    async ready() {
      for (const deadline = Date.now() + READY_MS; !(await isReady()); await Bun.sleep(LOOK_EVERY_MS)) {
        if (child.exit !== undefined) throw new Error(`The process ended (${child.exit}):\n${tail()}`);
        if (Date.now() > deadline) throw new Error(`Not ready within ${READY_MS} ms:\n${tail()}`);
      }
    },
    async kill9() {
      await end("SIGKILL");
    },
    stop: () => end("SIGTERM"),
    logged: (level) => lines().filter((line) => line.level === level),
    output,
    tail,
  };
};
