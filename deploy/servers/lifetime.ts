import { constants } from "node:os";

/**
 * What must happen before this process ends, whatever ends it short of SIGKILL; for SIGKILL see `privileges.ts`.
 * Cleanups are synchronous: an exiting process runs no promises.
 */
const cleanups = new Set<() => void>();

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs `cleanup` when this process ends, until the returned function is called. Last in, first out. */
export function atExit(cleanup: () => void): () => void {
  if (cleanups.size === 0) listen();
  cleanups.add(cleanup);
  return () => {
    if (cleanups.delete(cleanup) && cleanups.size === 0) unlisten();
  };
}

function listen(): void {
  process.on("exit", runCleanups);
  for (const signal of SIGNALS) process.on(signal, exitOnSignal);
}

function unlisten(): void {
  process.off("exit", runCleanups);
  for (const signal of SIGNALS) process.off(signal, exitOnSignal);
}

/** A listener takes away a signal's default, which is to end the process; this one gives it back. */
function exitOnSignal(signal: NodeJS.Signals): void {
  // Somebody else listens too, and so decides how the process ends; "exit" still comes.
  if (process.listenerCount(signal) > 1) return;
  process.exit(128 + (constants.signals[signal] ?? 0));
}

function runCleanups(): void {
  for (const cleanup of [...cleanups].reverse()) {
    try {
      cleanup();
    } catch {
      // The process is ending and the other cleanups must still run.
    }
  }
}
