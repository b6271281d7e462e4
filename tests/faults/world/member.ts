import type { Target } from "./target.ts";

/** One run of a program. */
export interface Run {
  readonly pid: number;
  /** How it ended, such as `exit code 1`. */
  readonly exited: Promise<string>;
  /** Resolves when it takes work. Rejects when that takes long, or when it ends. */
  ready(): Promise<void>;
  /** The last lines that it wrote. */
  tail(): string;
}

/** A process of ours, which is kept running between the nemesis' kills as a cluster's scheduler would. */
export interface Member extends Target {
  /** SIGTERM, and no more starts. Resolves when it ended well; else that is a trouble. */
  stop(): Promise<void>;
}

const START_MS = 120_000;
const PAUSE_MS = 300;
const STOP_MS = 60_000;

/**
 * A process that ends by itself once it was ready is a trouble; one that ends before, while a server that it needs is
 * away, is simply started again.
 */
export const createMember = (
  name: string,
  spawn: () => Run,
  onTrouble: (message: string) => void,
): Member => {
  let current: Run | undefined;
  let starting: Promise<void> | undefined;
  const wanted = new WeakSet<Run>();

  const startOnce = async (): Promise<boolean> => {
    const run = spawn();
    current = run;
    let isReady = false;
    void run.exited.then((how) => {
      if (current === run) current = undefined;
      if (isReady && !wanted.has(run)) onTrouble(`${name} ended by itself (${how}):\n${run.tail()}`);
    });
    await run.ready().then(
      () => {
        isReady = true;
      },
      () => {},
    );
    if (!isReady && current === run) {
      wanted.add(run);
      process.kill(run.pid, "SIGKILL");
      await run.exited;
    }
    return isReady;
  };
  const startUntilReady = async () => {
    for (
      const deadline = performance.now() + START_MS;
      performance.now() < deadline;
      await Bun.sleep(PAUSE_MS)
    ) {
      if (await startOnce()) return;
    }
    onTrouble(`${name} did not come back within ${START_MS / 1_000} s`);
  };
  const end = async (name: "SIGKILL" | "SIGTERM") => {
    const run = current;
    if (!run) return;
    wanted.add(run);
    process.kill(run.pid, name);
    return run.exited;
  };

  return {
    name,
    get pid() {
      return current?.pid;
    },
    async kill() {
      await end("SIGKILL");
    },
    async start() {
      if (current && !starting) return;
      starting ??= startUntilReady().finally(() => {
        starting = undefined;
      });
      await starting;
    },
    async stop() {
      const run = current;
      const late = setTimeout(() => run && process.kill(run.pid, "SIGKILL"), STOP_MS);
      const how = await end("SIGTERM");
      clearTimeout(late);
      if (how !== undefined && how !== "exit code 0")
        onTrouble(`${name} did not stop well (${how}):\n${run?.tail()}`);
    },
  };
};
