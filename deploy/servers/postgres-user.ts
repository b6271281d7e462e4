import { ServersError } from "./errors.ts";
import { confine, hasSetpriv, isRoot, type User } from "./privileges.ts";

/** Debian's package makes the first; the second is on every system. */
const CANDIDATES = ["postgres", "nobody"];

/**
 * PostgreSQL refuses to run as root: whom it runs as then. Undefined when this process is not root.
 *
 * @throws ServersError POSTGRES_USER_MISSING
 */
export function postgresUser(): User | undefined {
  if (!isRoot()) return undefined;
  const user = CANDIDATES.map(lookUp).find((found) => found !== undefined);
  if (user && hasSetpriv()) return user;
  throw new ServersError("POSTGRES_USER_MISSING", {
    message:
      "PostgreSQL refuses to run as root, and this machine has no way to run it as another user. " +
      "Nothing was started. Run this as an ordinary user, or install util-linux for its `setpriv`.",
  });
}

/** @throws ServersError DATA_FOLDER_UNREACHABLE */
export function requireReachable(folder: string, user: User | undefined): void {
  if (!user) return;
  const asUser = confine(["test", "-x", folder], { user, deathSignal: "KILL" });
  if (Bun.spawnSync(asUser).success) return;
  throw new ServersError("DATA_FOLDER_UNREACHABLE", {
    message:
      `PostgreSQL runs as the user ${user.name} when started by root, and that user may not enter ${folder}. ` +
      "Nothing was started. Choose a data folder that every user can reach, such as one under /tmp or /var.",
  });
}

function lookUp(name: string): User | undefined {
  const [uid, gid] = ["-u", "-g"].map((flag) => {
    const { success, stdout } = Bun.spawnSync(["id", flag, name], { stdio: ["ignore", "pipe", "ignore"] });
    return success ? Number(stdout.toString()) : undefined;
  });
  return uid === undefined || gid === undefined ? undefined : { name, uid, gid };
}
