import { join } from "node:path";
import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { aptInstall, canAptInstall } from "../../deploy/servers/apt.ts";
import { logToStderr } from "../../deploy/servers/log.ts";
import { runTool } from "../../deploy/servers/process.ts";

const Told = Type.Object({
  /** Answered within the run; a few more are under way when it ends. */
  requests: Type.Integer(),
  seconds: Type.Number(),
  p50Ms: Type.Number(),
  p99Ms: Type.Number(),
  /** Connections refused or broken, timeouts, and answers with a status above 399. */
  failed: Type.Integer(),
});

/** What wrk says of one run. */
export type WrkRun = Static<typeof Told>;

export interface Load {
  readonly name: string;
  readonly connections: number;
  readonly seconds: number;
  readonly token?: string;
}

/** Makes sure that wrk is there. Throws ServersError, or an Error that says what to install. */
export const installWrk = async (): Promise<void> => {
  if (Bun.which("wrk")) return;
  if (canAptInstall()) return aptInstall("wrk", logToStderr);
  throw new Error(
    "This bench needs wrk, which is not on the PATH, and only root on Debian gets it installed by itself. " +
      "Install it (`apt-get install wrk`, `brew install wrk`) or leave this section out with --only.",
  );
};

/**
 * Places orders at `url` from one thread over `connections` for `seconds`. `name` goes into every Idempotency-Key,
 * `token` into every Authorization header.
 */
export const placeOrders = async (
  url: string,
  { name, connections, seconds, token }: Load,
): Promise<WrkRun> => {
  const script = join(import.meta.dir, "place-orders.lua");
  const limits = ["--threads", "1", "--connections", String(connections), "--duration", `${seconds}s`];
  const headers = token === undefined ? [] : ["--header", `Authorization: Bearer ${token}`];
  const output = await runTool({
    step: `wrk with ${connections} connections`,
    command: ["wrk", ...limits, ...headers, "--script", script, url, "--", name],
    log: () => {},
    failure: "START_FAILED",
  });
  const told: unknown = JSON.parse(output.trimEnd().split("\n").at(-1) ?? "");
  return Value.Decode(Told, told);
};
