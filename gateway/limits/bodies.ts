import { HttpProblem } from "../problem.ts";

export interface BodyOptions {
  /** Most bytes that bodies still to come have announced. */
  readonly mostBytes: number;
  readonly most: number;
  /** How long a body may take to come. ms */
  readonly timeoutMs: number;
}

export interface Bodies {
  /** Waits for a body of at most `size` bytes. Rejects with OVERLOADED or REQUEST_TIMEOUT. */
  receive<T>(size: number, receiving: () => Promise<T>): Promise<T>;
  readonly pending: number;
}

interface Pending {
  readonly size: number;
  readonly since: number;
  giveUp(problem: HttpProblem): void;
}

/** A body comes in some ms. One that has taken so long makes room for others when there is none. ms */
const SLOW = 1_000;
const SWEEP_MS = 500;

/**
 * Bodies that are still to come, in the order in which they were begun: so many and so many bytes at most. When there is
 * no room the slowest gives way, so that whoever lets bodies trickle takes the places of nobody but the likes of them.
 */
export const createBodies = (
  { mostBytes, most, timeoutMs }: BodyOptions,
  refused: (reason: "bodies" | "slow_body") => void,
): Bodies => {
  const pending = new Set<Pending>();
  let bytes = 0;
  let sweeper: ReturnType<typeof setInterval> | undefined;

  const leave = (one: Pending): void => {
    if (pending.delete(one)) bytes -= one.size;
  };

  /** False when the one that has waited longest has not waited for `ms`. */
  const giveUpOldest = (ms: number): boolean => {
    const [oldest] = pending;
    if (!oldest || performance.now() - oldest.since < ms) return false;
    leave(oldest);
    refused("slow_body");
    oldest.giveUp(tooSlow());
    return true;
  };

  /** Runs on for a moment after the last body: a busy gateway does not set it up for each. */
  const sweep = () => {
    while (giveUpOldest(timeoutMs)) {}
    if (pending.size > 0) return;
    clearInterval(sweeper);
    sweeper = undefined;
  };

  const hasRoom = (size: number): boolean => {
    while (pending.size >= most || bytes + size > mostBytes) if (!giveUpOldest(SLOW)) return false;
    return true;
  };

  return {
    get pending() {
      return pending.size;
    },
    // Every command comes by here, so it makes one promise and no more.
    receive: (size, receiving) =>
      new Promise((resolve, reject) => {
        if (!hasRoom(size)) {
          refused("bodies");
          return reject(noRoom());
        }
        const one: Pending = { size, since: performance.now(), giveUp: reject };
        pending.add(one);
        bytes += size;
        sweeper ??= setInterval(sweep, Math.min(SWEEP_MS, timeoutMs));
        receiving().then(
          (body) => {
            leave(one);
            resolve(body);
          },
          (error) => {
            leave(one);
            reject(error);
          },
        );
      }),
  };
};

const tooSlow = (): HttpProblem =>
  new HttpProblem(
    {
      code: "REQUEST_TIMEOUT",
      detail:
        "The body took too long to come. Nothing was changed. Send the request again, all of it at once.",
    },
    { connection: "close" },
  );

const noRoom = (): HttpProblem =>
  new HttpProblem(
    {
      code: "OVERLOADED",
      detail:
        "Too many bodies are still to come, and this one was not waited for. Nothing was changed. Send it again after " +
        "Retry-After, with the same Idempotency-Key.",
    },
    { "retry-after": "2", connection: "close" },
  );
