import { aptInstall, canAptInstall } from "../../../deploy/servers/apt.ts";
import type { Log } from "../../../deploy/servers/log.ts";

/** What the shim is built with. On Debian, as root, it is installed where it is missing; elsewhere the shim says so. */
export const haveCompiler = async (log: Log): Promise<void> => {
  if (Bun.which("cc") === null && canAptInstall()) await aptInstall("build-essential", log);
};
