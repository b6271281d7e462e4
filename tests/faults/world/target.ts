/** Something that runs and that the nemesis may treat as badly as production would. */
export interface Target {
  readonly name: string;
  /** Undefined while it is down. */
  readonly pid: number | undefined;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it if it is down; resolves when it does its work. */
  start(): Promise<void>;
}

/** SIGSTOP or SIGCONT. Of a process that is gone meanwhile there is nothing to stop. */
export const signal = ({ pid }: Target, name: "SIGSTOP" | "SIGCONT"): void => {
  if (pid === undefined) return;
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
};
