import { RetryableError } from "../../actors/errors.ts";
import type { OrderStore, OrderWrite } from "../../actors/ports.ts";

/** How a store is made to misbehave around its commits. */
export interface StoreFaults {
  /** The writes of every commit that was asked for, oldest first. */
  readonly commits: readonly (readonly OrderWrite[])[];
  /** The next `times` commits are told as failed: before anything is written, or although all is written. */
  failCommits(times: number, when: "beforeWriting" | "afterWriting"): void;
  /** Holds every commit from now on until it is released. */
  holdCommits(): { readonly reached: Promise<void>; release(): void };
  /** Runs `act` between the reading and the writing of the next commit that has at least `size` writes. */
  beforeCommitOf(size: number, act: (writes: readonly OrderWrite[]) => Promise<void>): void;
}

export const createFaultStore = (store: OrderStore): { store: OrderStore; faults: StoreFaults } => {
  const commits: (readonly OrderWrite[])[] = [];
  const failures: ("beforeWriting" | "afterWriting")[] = [];
  let gate: Promise<void> | undefined;
  let onReached = () => {};
  let intrusion: { size: number; act: (writes: readonly OrderWrite[]) => Promise<void> } | undefined;

  const commit = async (writes: readonly OrderWrite[]): Promise<Set<string>> => {
    if (writes.length === 0) return store.commit(writes);
    commits.push(writes);
    onReached();
    await gate;
    const failure = failures.shift();
    if (failure === "beforeWriting") throw away();
    if (intrusion && writes.length >= intrusion.size) {
      const { act } = intrusion;
      intrusion = undefined;
      await act(writes);
    }
    const written = await store.commit(writes);
    if (failure === "afterWriting") throw away();
    return written;
  };

  return {
    store: { ...store, commit },
    faults: {
      commits,
      failCommits(times, when) {
        for (let i = 0; i < times; i += 1) failures.push(when);
      },
      holdCommits() {
        const held = Promise.withResolvers<void>();
        const reached = Promise.withResolvers<void>();
        gate = held.promise;
        onReached = reached.resolve;
        return {
          reached: reached.promise,
          release() {
            gate = undefined;
            held.resolve();
          },
        };
      },
      beforeCommitOf(size, act) {
        intrusion = { size, act };
      },
    },
  };
};

const away = (): RetryableError =>
  new RetryableError("STORE_UNAVAILABLE", { message: "The store went away in the middle of a commit." });
