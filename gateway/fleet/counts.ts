import type { OrderClient } from "../../actors/client.ts";
import type { Clock, Log } from "../../actors/ports.ts";
import type { OrderState } from "../../machines/mod.ts";
import type { Transition } from "./flows.ts";

type Counts = ReadonlyMap<OrderState, number>;

/** How many orders are in each state, as cheaply as the store allows. */
export interface StateCounts {
  /** Rejects with what the store fails with, as long as there is nothing older to tell. */
  read(): Promise<Counts>;
  /** Each event once. */
  move(transition: Transition): void;
  /** Events are not listened to any more: what they moved is out of date. */
  forget(): void;
}

export interface CountsParts {
  readonly client: Pick<OrderClient, "countByState" | "countsAreKept">;
  readonly clock: Clock;
  readonly log: Log;
}

export const createStateCounts = (parts: CountsParts): StateCounts =>
  parts.client.countsAreKept ? keptCounts(parts) : movedCounts(parts);

/** The store has them ready, and they are never wrong. */
const keptCounts = ({ client }: CountsParts): StateCounts => ({
  read: () => client.countByState(),
  move() {},
  forget() {},
});

const RECOUNT_MS = 5 * 60_000;
const RECOUNT_AFTER_FAILURE_MS = 30_000;

/**
 * Counted once, moved by events since, and counted anew every 5 minutes. An order that moves while it is being counted
 * may be off by that one move until the next count.
 */
const movedCounts = ({ client, clock, log }: CountsParts): StateCounts => {
  let counts: Map<OrderState, number> | undefined;
  /** The moves since a count under way began, to be added to it. */
  let meanwhile: { readonly since: string; readonly moves: Transition[] } | undefined;
  let counting: Promise<void> | undefined;
  let nextAt = 0;
  /** One more each time that what is counted is of no use any more. */
  let era = 0;

  const count = async (): Promise<void> => {
    const started = era;
    const moved = { since: new Date(clock.now()).toISOString(), moves: [] as Transition[] };
    meanwhile = moved;
    const found = new Map(await client.countByState());
    if (started !== era) return;
    for (const move of moved.moves) apply(found, move);
    counts = found;
    nextAt = clock.now() + RECOUNT_MS;
  };

  const recount = (): Promise<void> => {
    counting ??= count().finally(() => {
      counting = undefined;
      meanwhile = undefined;
    });
    return counting;
  };

  return {
    async read() {
      if (counts && clock.now() >= nextAt && !counting) {
        recount().catch((error) => {
          nextAt = clock.now() + RECOUNT_AFTER_FAILURE_MS;
          log.warn({ err: error }, "orders could not be counted anew; the last count is moved on");
        });
      }
      // Again, when what was counted came too late to be of use.
      while (!counts) await recount();
      return counts;
    },
    move(transition) {
      if (counts) apply(counts, transition);
      // What happened before the count began is in it.
      if (meanwhile && transition.at >= meanwhile.since) meanwhile.moves.push(transition);
    },
    forget() {
      era += 1;
      counts = undefined;
    },
  };
};

const apply = (counts: Map<OrderState, number>, { from, to }: Transition): void => {
  if (from === to) return;
  if (from !== null) counts.set(from, Math.max(0, (counts.get(from) ?? 0) - 1));
  counts.set(to, (counts.get(to) ?? 0) + 1);
};
