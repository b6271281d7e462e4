import { existsSync } from "node:fs";
import { aptInstall, canAptInstall } from "./apt.ts";
import { ServersError } from "./errors.ts";
import type { Log } from "./log.ts";
import { runTool } from "./process.ts";

/** From 1.21 on, Go fetches the toolchain that a module asks for when it is itself too old. */
const OLDEST_MINOR = 21;

/** Where Go's own installer, Debian and Homebrew put it when it is not on the PATH. */
const USUAL_PLACES = ["/usr/local/go/bin/go", "/usr/lib/go/bin/go", "/opt/homebrew/bin/go"];

export interface GoOptions {
  readonly step: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly log: Log;
}

/**
 * Runs the `go` command. Its downloads and compiled packages stay in Go's own caches, which are safe to share.
 *
 * @throws ServersError GO_MISSING, INSTALL_FAILED
 */
export async function go({ step, args, env, cwd, log }: GoOptions): Promise<void> {
  const command = [await findGo(log), ...args];
  // No C compiler is needed, and a workspace or pinned toolchain of the machine's own does not take part.
  const settings = {
    CGO_ENABLED: "0",
    GOWORK: "off",
    GOTOOLCHAIN: process.env.GOTOOLCHAIN ?? "auto",
    ...env,
  };
  await runTool({
    step,
    command,
    env: settings,
    ...(cwd === undefined ? {} : { cwd }),
    log,
    failure: "INSTALL_FAILED",
  });
}

async function findGo(log: Log): Promise<string> {
  let path = locate();
  if (path === undefined && canAptInstall()) {
    await aptInstall("golang-go", log);
    path = locate();
  }
  if (path === undefined) throw goMissing("The `go` command was not found");
  const version = Bun.spawnSync([path, "env", "GOVERSION"], { env: { ...process.env, GOTOOLCHAIN: "local" } })
    .stdout.toString()
    .trim();
  const minor = Number(/^go1\.(\d+)/.exec(version)?.[1] ?? 0);
  if (minor < OLDEST_MINOR) throw goMissing(`${path} is too old (${version || "of unknown version"})`);
  return path;
}

const locate = (): string | undefined => Bun.which("go") ?? USUAL_PLACES.find((place) => existsSync(place));

const goMissing = (found: string) =>
  new ServersError("GO_MISSING", {
    message:
      `${found}; the local servers are built with Go 1.${OLDEST_MINOR} or newer. Nothing was built or started. ` +
      "Install it from https://go.dev/dl and put its bin folder on the PATH.",
  });
