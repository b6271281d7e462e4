import type { HeaderFields } from "../headers.ts";
import { problemResponse } from "../problem.ts";
import { type ConcurrencyLimit, createConcurrencyLimit, defaultConcurrency } from "./concurrency.ts";
import { type Lane, laneOf, shares } from "./lane.ts";

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
 * a tenth of what is taken, and no queue forms in front of those that are. `shed` counts them, and `headersFor` says
 * which headers their answers have like all others.
 */
export const createAdmission = (
  targetMs: number,
  shed: (lane: Lane) => void,
  headersFor: (request: Request) => HeaderFields,
): Admission => {
  const concurrency: ConcurrencyLimit = createConcurrencyLimit({ ...defaultConcurrency, targetMs });
  let underWay = 0;

  return {
    get underWay() {
      return underWay;
    },
    get limit() {
      return concurrency.limit;
    },
    refusal(request) {
      if (underWay < concurrency.limit) return undefined;
      const lane = laneOf(request);
      if (underWay < concurrency.limit * shares[lane]) return undefined;
      shed(lane);
      return overloaded(request, headersFor(request));
    },
    began() {
      underWay += 1;
    },
    ended() {
      underWay -= 1;
    },
    async aside(waiting) {
      underWay -= 1;
      try {
        return await waiting();
      } finally {
        underWay += 1;
      }
    },
    answered(ms) {
      concurrency.answered(ms, underWay, performance.now());
    },
  };
};

let turn = 0;

/** Told to come back after 1, 2 or 3 seconds in turn, so that they don't all come back at once. */
const overloaded = (request: Request, headers: HeaderFields): Response => {
  turn = (turn + 1) % 3;
  return problemResponse(
    request,
    {
      code: "OVERLOADED",
      detail:
        "More requests are under way than can be answered in time, and this one was not taken. Nothing was changed. " +
        "Send it again after Retry-After, with the same Idempotency-Key.",
    },
    { ...headers, "retry-after": String(turn + 1) },
  );
};
