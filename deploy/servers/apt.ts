import { existsSync } from "node:fs";
import type { Log } from "./log.ts";
import { isRoot } from "./privileges.ts";
import { runTool } from "./process.ts";

/** Debian and what descends from it, and the right to change it. */
export const canAptInstall = (): boolean =>
  isRoot() && existsSync("/etc/debian_version") && Bun.which("apt-get") !== null;

/** @throws ServersError INSTALL_FAILED */
export async function aptInstall(debianPackage: string, log: Log): Promise<void> {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const failure = "INSTALL_FAILED";
  await runTool({
    step: "reading Debian's package lists",
    command: ["apt-get", "update"],
    env,
    log,
    failure,
  });
  await runTool({
    step: `installing Debian's ${debianPackage} on this machine`,
    command: ["apt-get", "install", "--yes", "--no-install-recommends", debianPackage],
    env,
    log,
    failure,
  });
}
