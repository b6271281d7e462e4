import { runClient } from "./client/task.ts";
import { writtenTo } from "./disk.ts";
import type { Peer, RunningPeer } from "./peer.ts";
import { usageOf } from "./usage.ts";

export interface Run {
  readonly clients: number;
  readonly commandsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly meanMs: Readonly<Record<string, number>>;
  /** What reached the disk meanwhile, whoever wrote it. */
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
  /** Where the system keeps its data. */
  readonly folder: string;
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
    writtenBytes: writtenTo(options.folder),
  });
  type Looks = ReturnType<typeof look>;
  let before: Looks | undefined;
  let after: Looks | undefined;
  const { clients, seconds, warmUpSeconds, name } = options;
  const result = await runClient(
    { clients, seconds, warmUpSeconds, name, url: running.url, commands: peer.commands },
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
  const [from, to] = [before, after];
  const cpu = (who: "servers" | "client" | "double") =>
    ((to[who].cpuSeconds - from[who].cpuSeconds) / result.commands) * 1e6;
  return {
    clients: options.clients,
    commandsPerSecond: result.commands / result.seconds,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    meanMs: result.meanMs,
    writtenBytesPerOrder: ((to.writtenBytes - from.writtenBytes) / result.commands) * COMMANDS_AN_ORDER,
    memoryBytes: to.servers.memoryBytes,
    cpu: { servers: cpu("servers"), client: cpu("client"), double: cpu("double") },
  };
};
