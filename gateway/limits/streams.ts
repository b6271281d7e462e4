import type { Actor } from "../../actors/command.ts";
import { callerKey } from "../caller.ts";
import { HttpProblem } from "../problem.ts";

export interface StreamOptions {
  /** Most that may be open. */
  readonly most: number;
  /** Most of one customer, so that nobody has them all. Whoever works here has the whole, and so may a shop's service. */
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
  const byCustomer = new Map<string, number>();
  let open = 0;

  const enterOwn = (caller: Actor): (() => void) => {
    if (caller.role !== "customer") return () => {};
    const key = callerKey(caller);
    const own = byCustomer.get(key) ?? 0;
    if (own >= mostOfCustomer) {
      refused("streams_customer");
      throw tooManyOf(mostOfCustomer);
    }
    byCustomer.set(key, own + 1);
    return () => {
      const left = (byCustomer.get(key) ?? 1) - 1;
      if (left > 0) byCustomer.set(key, left);
      else byCustomer.delete(key);
    };
  };

  return {
    get open() {
      return open;
    },
    enter(caller) {
      if (open >= most) {
        refused("streams");
        throw tooMany(most);
      }
      const leaveOwn = enterOwn(caller);
      open += 1;
      let here = true;
      return () => {
        if (!here) return;
        here = false;
        open -= 1;
        leaveOwn();
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
