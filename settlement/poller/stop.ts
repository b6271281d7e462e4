import { RetryableSettlementError } from "../errors.ts";
import { wait } from "../toss/wait.ts";

/** What ends a run early: a signal from outside, a lost lease, or the first thing that failed. */
export interface Stop {
  /** Its reason is the error that the run ends with. */
  readonly signal: AbortSignal;
  /** Ends the run with `reason`; only the first one counts. */
  now(reason: unknown): void;
  /** Settles as `work` does, or rejects with the reason as soon as there is one. */
  race<T>(work: Promise<T>): Promise<T>;
  wait(ms: number): Promise<void>;
  /** Lets go of the signal from outside. */
  dispose(): void;
}

/** `outside`, when aborted, ends the run with SHUTTING_DOWN. */
export const createStop = (outside: AbortSignal | undefined): Stop => {
  const controller = new AbortController();
  const { signal } = controller;
  const shutDown = () => controller.abort(shuttingDown());
  outside?.addEventListener("abort", shutDown, { once: true });
  if (outside?.aborted) shutDown();

  return {
    signal,
    now: (reason) => controller.abort(reason),
    race: (work) =>
      new Promise((resolve, reject) => {
        const stop = () => reject(signal.reason);
        if (signal.aborted) stop();
        else signal.addEventListener("abort", stop, { once: true });
        // Also after an abort: what is no longer waited for must not become an unhandled rejection.
        work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
      }),
    wait: (ms) => wait(ms, signal),
    dispose: () => outside?.removeEventListener("abort", shutDown),
  };
};

const shuttingDown = (): RetryableSettlementError =>
  new RetryableSettlementError("SHUTTING_DOWN", {
    message:
      "The poller was told to stop. The pages under way were finished and checkpointed; the date is not complete. " +
      "Run it again: it continues from there.",
  });
