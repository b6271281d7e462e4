import { ServersError } from "./errors.ts";
import type { Log } from "./log.ts";
import { type Child, type LaunchOptions, launch } from "./process.ts";

/** One running server that a test may treat as badly as production would. */
export interface ServerHandle {
  readonly name: string;
  readonly url: string;
  /** stdout and stderr of all its runs. */
  readonly logFile: string;
  /** Undefined while it is down. A restart gives a new one. */
  readonly pid: number | undefined;
  /** Sends SIGKILL unless told otherwise, and resolves once the process is gone; after SIGSTOP and SIGCONT at once. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Stops it if it runs, then starts it with the same port and data. Resolves when it answers again. */
  restart(): Promise<void>;
  /** Ends it in good order and lets go of its data folder, which goes away if it was a temporary one. Final. */
  stop(): Promise<void>;
}

/** Told when a server ends that nobody asked to end, with the last lines of its log. */
export type OnCrash = (message: string) => void;

/** What every server takes. */
export interface ServerOptions {
  /** On loopback; any free one when absent. */
  readonly port?: number | undefined;
  /** A folder of this server's own, kept by `stop`. When absent, a temporary one, removed by `stop`. */
  readonly dataDir?: string | undefined;
  /** Told the progress of downloads and builds, which take minutes on a first run; stderr when absent. */
  readonly log?: Log | undefined;
  readonly onCrash?: OnCrash | undefined;
}

export interface ServerSpec extends LaunchOptions {
  readonly name: string;
  readonly url: string;
  /** The one that makes the server end in good order without waiting for its clients. */
  readonly stopSignal: NodeJS.Signals;
  /** Resolves when the server does its work, not merely listens. Called again until it does. */
  probe(): Promise<void>;
  /** In the log of a start that failed: a leftover of the last run is still going away, so try again. */
  readonly leftover: RegExp;
  readonly onCrash?: OnCrash | undefined;
  /** Called by `stop`, once the server is gone for good. */
  release(): Promise<void>;
}

const READY_MS = 60_000;
const PROBE_MS = 10_000;
const PROBE_PAUSE_MS = 50;
const LEFTOVER_MS = 10_000;
const STOP_MS = 10_000;

/**
 * Starts a server and waits until it answers.
 *
 * @throws ServersError START_FAILED with the end of the server's log; nothing is left running
 */
export async function startServer(spec: ServerSpec): Promise<ServerHandle> {
  let child: Child | undefined;
  const running = () => (child?.exit === undefined ? child : undefined);
  const expectedEnds = new WeakSet<Child>();

  const start = async () => {
    const startedAt = Date.now();
    for (;;) {
      const started = launch(spec);
      child = started;
      const failure = await waitUntilReady(started, spec);
      if (failure === undefined) return watch(started);
      if (Date.now() - startedAt > LEFTOVER_MS || !spec.leftover.test(failure)) {
        throw new ServersError("START_FAILED", { message: failure });
      }
      await Bun.sleep(PROBE_PAUSE_MS);
    }
  };
  const watch = (started: Child) =>
    void started.exited.then((exit) => {
      if (expectedEnds.has(started)) return;
      spec.onCrash?.(
        `${spec.name} ended by itself (${exit}). The end of ${spec.logFile}:\n${started.logTail()}`,
      );
    });
  const end = async () => {
    const target = running();
    if (!target) return;
    expectedEnds.add(target);
    target.signal(spec.stopSignal);
    // A process stopped by SIGSTOP takes no other signal until it goes on.
    target.signal("SIGCONT");
    const patience = setTimeout(() => target.signal("SIGKILL"), STOP_MS);
    await target.exited;
    clearTimeout(patience);
  };

  await start();
  return {
    name: spec.name,
    url: spec.url,
    logFile: spec.logFile,
    get pid() {
      return running()?.pid;
    },
    async kill(signal = "SIGKILL") {
      const target = running();
      if (!target) return;
      const pauses = signal === "SIGSTOP" || signal === "SIGCONT";
      if (!pauses) expectedEnds.add(target);
      target.signal(signal);
      if (!pauses) await target.exited;
    },
    async restart() {
      await end();
      await start();
    },
    async stop() {
      await end();
      await spec.release();
    },
  };
}

/** Resolves to undefined when the server is ready, else to what went wrong, with the server gone. */
async function waitUntilReady(child: Child, spec: ServerSpec): Promise<string | undefined> {
  const deadline = Date.now() + READY_MS;
  let lastRefusal: unknown;
  while (Date.now() < deadline && child.exit === undefined) {
    const ready = await Promise.race([
      spec.probe().then(
        () => true,
        (error: unknown) => {
          lastRefusal = error;
          return false;
        },
      ),
      child.exited.then(() => false),
      Bun.sleep(PROBE_MS).then(() => false),
    ]);
    // Without the second condition another server on the same port could answer in place of one that found it taken.
    if (ready && child.exit === undefined) return undefined;
    await Bun.sleep(PROBE_PAUSE_MS);
  }
  const how = child.exit ?? `not ready after ${READY_MS / 1000} s: ${String(lastRefusal)}`;
  child.signal("SIGKILL");
  await child.exited;
  return `${spec.name} did not start (${how}). The end of ${spec.logFile}:\n${child.logTail()}`;
}
