import type { Actor } from "../../actors/command.ts";
import { HttpProblem } from "../problem.ts";
import { createOwnPlaces } from "./own-places.ts";

export interface StreamOptions {
  /** Most that may be open. */
  readonly most: number;
  /** Most of one customer, so that nobody has them all. */
  readonly mostOfCustomer: number;
}

export interface Streams {
  /** Throws OVERLOADED when there are as many as may be, RATE_LIMITED when this customer has its own. Returns how to leave. */
  enter(caller: Actor): () => void;
  readonly open: number;
}

/** Event streams, which stay for hours: a number of them at most, and of one customer. */
export const createStreams = (
  { most, mostOfCustomer }: StreamOptions,
  refused: (reason: "streams" | "streams_customer") => void,
): Streams => {
  const own = createOwnPlaces(mostOfCustomer);
  let open = 0;
  return {
    get open() {
      return open;
    },
    enter(caller) {
      if (open >= most) {
        refused("streams");
        throw tooMany(most);
      }
      const giveBack = own.take(caller);
      if (!giveBack) {
        refused("streams_customer");
        throw tooManyOf(mostOfCustomer);
      }
      open += 1;
      let here = true;
      return () => {
        if (!here) return;
        here = false;
        open -= 1;
        giveBack();
      };
    },
  };
};

const AGAIN = { "retry-after": "5" } as const;

const tooMany = (most: number): HttpProblem =>
  new HttpProblem(
    {
      code: "OVERLOADED",
      detail: `${most} event streams are open already. Read the order instead, or connect again after Retry-After.`,
    },
    AGAIN,
  );

const tooManyOf = (most: number): HttpProblem =>
  new HttpProblem(
    {
      code: "RATE_LIMITED",
      detail: `This customer has ${most} event streams open already. Close one, or read the order instead.`,
    },
    AGAIN,
  );
