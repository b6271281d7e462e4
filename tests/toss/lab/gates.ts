import { hasQuery } from "../http/query.ts";
import type { RequestEntry, Route } from "./ledger.ts";

/** Where a held request stands still. Its Idempotency-Key is in flight at both. */
export type GatePoint = "beforeProcessing" | "beforeReply";

export interface HoldOptions {
  readonly orderId?: string;
  readonly paymentKey?: string;
  /** Parameters that the request's query must have, such as `{ page: "3" }`. */
  readonly query?: Readonly<Record<string, string>>;
  /** Default `beforeReply`: the money has moved, the caller does not know yet. */
  readonly at?: GatePoint;
}

/** One request that is, or will be, held. */
export interface Hold {
  /** Resolves when the request stands at its gate. */
  readonly reached: Promise<RequestEntry>;
  /** Lets it go on; before it came, it will not be stopped. */
  release(): void;
}

export interface ProcessedOptions {
  /** How many processed requests to wait for, in all since the mock started. Default 1. */
  readonly count?: number;
  /** Default 10 s; then it throws. */
  readonly timeoutMs?: number;
}

/** Where tests stop requests and wait for them. */
export interface Gates {
  /** Holds the next matching request of `route` until it is released. */
  hold(route: Route, options?: HoldOptions): Hold;
  /**
   * Resolves with the request once the mock has processed one of `route` for this orderId or paymentKey; at once when
   * it already has.
   * @throws Error when none came in time
   */
  processed(route: Route, orderIdOrPaymentKey: string, options?: ProcessedOptions): Promise<RequestEntry>;
}

/** The gates with the side that requests pass through. */
export interface GateKeeper extends Gates {
  pass(point: GatePoint, entry: RequestEntry): Promise<void>;
  markProcessed(entry: RequestEntry): void;
  /** Releases everything that is held. */
  open(): void;
}

interface Gate {
  readonly route: Route;
  readonly options: HoldOptions;
  readonly reached: PromiseWithResolvers<RequestEntry>;
  readonly released: PromiseWithResolvers<void>;
}

export function createGates(): GateKeeper {
  const waiting = new Set<Gate>();
  const held = new Set<Gate>();
  const done: RequestEntry[] = [];
  const watchers = new Set<() => void>();

  const drop = (gate: Gate) => {
    waiting.delete(gate);
    held.delete(gate);
    gate.released.resolve();
  };

  return {
    hold(route, options = {}) {
      const gate: Gate = {
        route,
        options,
        reached: Promise.withResolvers(),
        released: Promise.withResolvers(),
      };
      waiting.add(gate);
      return { reached: gate.reached.promise, release: () => drop(gate) };
    },
    processed(route, id, { count = 1, timeoutMs = 10_000 } = {}) {
      const { promise, resolve, reject } = Promise.withResolvers<RequestEntry>();
      const look = () => {
        const hits = done.filter(
          (entry) => entry.route === route && (entry.orderId === id || entry.paymentKey === id),
        );
        const hit = hits[count - 1];
        if (hit !== undefined) resolve(hit);
      };
      const timer = setTimeout(
        () => reject(new Error(`No ${route} of ${id} was processed within ${timeoutMs} ms.`)),
        timeoutMs,
      );
      watchers.add(look);
      look();
      return promise.finally(() => {
        clearTimeout(timer);
        watchers.delete(look);
      });
    },
    async pass(point, entry) {
      for (const gate of waiting) {
        const { at = "beforeReply", orderId = entry.orderId, paymentKey = entry.paymentKey } = gate.options;
        if (gate.route !== entry.route || at !== point) continue;
        if (!hasQuery(entry.path, gate.options.query)) continue;
        if (orderId !== entry.orderId || paymentKey !== entry.paymentKey) continue;
        waiting.delete(gate);
        held.add(gate);
        gate.reached.resolve(entry);
        return gate.released.promise;
      }
    },
    markProcessed(entry) {
      entry.processed = true;
      done.push(entry);
      for (const look of watchers) look();
    },
    open() {
      for (const gate of [...waiting, ...held]) drop(gate);
    },
  };
}
