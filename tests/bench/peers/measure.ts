import { runClient } from "./client/task.ts";
import type { Peer, RunningPeer } from "./peer.ts";
import { type Usage, usageOf } from "./usage.ts";

export interface Run {
  readonly clients: number;
  readonly commandsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly meanMs: Readonly<Record<string, number>>;
  readonly writtenBytesPerOrder: number;
  readonly memoryBytes: number;
  /** Processor time of a command, in µs. */
  readonly cpu: { readonly servers: number; readonly client: number; readonly double: number };
}

export interface MeasureOptions {
  readonly clients: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly doublePid: number;
  readonly name: string;
}

const COMMANDS_AN_ORDER = 5;

/** One run of the life at a number of clients. */
export const measure = async (
  peer: Pick<Peer, "commands">,
  running: Pick<RunningPeer, "url" | "pids">,
  options: MeasureOptions,
): Promise<Run> => {
  const look = (clientPid: number) => ({
    servers: usageOf(running.pids()),
    client: usageOf([clientPid]),
    double: usageOf([options.doublePid]),
  });
  type Looks = ReturnType<typeof look>;
  let before: Looks | undefined;
  let after: Looks | undefined;
  const result = await runClient(
    { ...options, url: running.url, commands: peer.commands },
    {
      begun: (pid) => {
        before = look(pid);
      },
      ended: (pid) => {
        after = look(pid);
      },
    },
  );
  if (!before || !after || result.commands === 0) throw new Error("The client ended before its time.");
  const used = (who: keyof Looks, what: keyof Usage) => (after?.[who][what] ?? 0) - (before?.[who][what] ?? 0);
  const cpu = (who: keyof Looks) => (used(who, "cpuSeconds") / result.commands) * 1e6;
  return {
    clients: options.clients,
    commandsPerSecond: result.commands / result.seconds,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    meanMs: result.meanMs,
    writtenBytesPerOrder: (used("servers", "writtenBytes") / result.commands) * COMMANDS_AN_ORDER,
    memoryBytes: after.servers.memoryBytes,
    cpu: { servers: cpu("servers"), client: cpu("client"), double: cpu("double") },
  };
};
