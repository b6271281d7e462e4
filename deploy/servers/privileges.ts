/** Whom a server runs as, when not as the user of this process. */
export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

export interface Confinement {
  /** Sent by the kernel when this process dies, however it dies: SIGKILL leaves it no time to stop its servers. */
  readonly deathSignal: "KILL" | "QUIT";
  readonly user?: User | undefined;
}

let setprivWorks: boolean | undefined;

/** util-linux's `setpriv`, so Linux only; other programs of that name can't set the parent death signal. */
export function hasSetpriv(): boolean {
  setprivWorks ??=
    Bun.which("setpriv") !== null &&
    Bun.spawnSync(["setpriv", "--pdeathsig", "KILL", "--", "true"], { stdio: ["ignore", "ignore", "ignore"] })
      .success;
  return setprivWorks;
}

/**
 * The command with its death signal and user put in front. `setpriv` replaces itself by the command, so the pid is
 * the command's own. Where there is no `setpriv` the command stays as it is, and only SIGKILL of the parent can
 * leave it running; a user then can't be changed, so callers check `hasSetpriv` first.
 */
export function confine(command: readonly string[], { deathSignal, user }: Confinement): string[] {
  if (!hasSetpriv()) return [...command];
  // Both in one call: the kernel forgets the death signal when a process changes its user.
  const identity = user ? [`--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups"] : [];
  return ["setpriv", ...identity, "--pdeathsig", deathSignal, "--", ...command];
}

export const isRoot = (): boolean => process.getuid?.() === 0;
