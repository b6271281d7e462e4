import type { Bodies } from "./bodies.ts";
import { type ConcurrencyLimit, createConcurrencyLimit, defaultConcurrency } from "./concurrency.ts";
import { type Lane, laneOf, shares } from "./lane.ts";
import { createTurns } from "./turns.ts";

/**
 * A command is taken in one turn of the event loop, its write is heard of in another, and then it is answered. So long it
 * takes without any queue. When the turns are long because of those who are turned away, a limit that took it for one
 * would turn away ever more, until next to nobody is served.
 */
const TURNS = 3;

export interface Admission {
  /** Why a request is not taken now; undefined when it is. Asked before anything is read of it. */
  refusal(request: Request): Response | undefined;
  /** A request is under way from `began` to `ended`, each called once. */
  began(): void;
  ended(): void;
  /** Not counted until `ended` is called of it: it waits for somebody else, and takes nothing of what is scarce. */
  aside<T>(waiting: () => Promise<T>): Promise<T>;
  /** A command was answered after `ms`. */
  answered(ms: number): void;
  readonly underWay: number;
  readonly limit: number;
}

/**
 * Turns requests away while more are under way than runtime and store get through in time. What is turned away costs
 * little, and no queue forms in front of what is taken. `shed` counts them, and `refuse` answers them. Not under way yet
 * are those whose bodies are still to come: `bodies`.
 */
export const createAdmission = (
  targetMs: number,
  bodies: Pick<Bodies, "pending">,
  shed: (lane: Lane) => void,
  refuse: (request: Request) => Response,
): Admission => {
  const concurrency: ConcurrencyLimit = createConcurrencyLimit({ ...defaultConcurrency, targetMs });
  const turns = createTurns();
  let begun = 0;
  const underWay = () => begun - bodies.pending;

  return {
    get underWay() {
      return underWay();
    },
    get limit() {
      return concurrency.limit;
    },
    refusal(request) {
      turns.seen();
      if (underWay() < concurrency.limit) return undefined;
      const lane = laneOf(request);
      if (underWay() < concurrency.limit * shares[lane]) return undefined;
      shed(lane);
      return refuse(request);
    },
    began() {
      begun += 1;
    },
    ended() {
      begun -= 1;
    },
    async aside(waiting) {
      begun -= 1;
      try {
        return await waiting();
      } finally {
        begun += 1;
      }
    },
    answered(ms) {
      concurrency.answered(Math.max(0, ms - TURNS * turns.ms), underWay(), performance.now());
    },
  };
};
