import { type Static, Type } from "@sinclair/typebox";
import { statusByCode, type TossErrorCode } from "../errors/status.ts";
import { hasQuery } from "../http/query.ts";
import { type RequestEntry, type Route, routes } from "./ledger.ts";

const ErrorCode = Type.Union(Object.keys(statusByCode).map((code) => Type.Literal(code as TossErrorCode)));
const plain = <Kind extends string>(kind: Kind) => Type.Object({ kind: Type.Literal(kind) });

/**
 * Ways a call can go wrong, by where they strike.
 *
 * Before the request is taken in: nothing happens and no key is bound.
 * - `dropBefore` cuts the connection · `timeoutBefore` never replies
 * - `conflict` is 409 IDEMPOTENT_REQUEST_PROCESSING · `tooManyRequests` is 429
 *
 * In place of, or around, the operation (a replay passes these by):
 * - `error` answers `code` without processing; the reply is bound to the key
 * - `errorAfterSuccess` processes, then answers `code`: the money moved. Bound to the key, too
 * - `slow` waits `ms` with the key in flight, `beforeProcessing` or (default) `beforeReply`
 *
 * On the way back; the true reply is bound, and a replay can be struck as well:
 * - `timeoutAfterSuccess` never replies · `dropAfterSuccess` cuts the connection · `malformedBody` sends half of it
 */
export const Fault = Type.Union([
  plain("dropBefore"),
  plain("timeoutBefore"),
  plain("conflict"),
  plain("tooManyRequests"),
  Type.Object({ kind: Type.Literal("error"), code: ErrorCode }),
  Type.Object({ kind: Type.Literal("errorAfterSuccess"), code: Type.Optional(ErrorCode) }),
  Type.Object({
    kind: Type.Literal("slow"),
    ms: Type.Integer({ minimum: 0, maximum: 600_000 }),
    at: Type.Optional(Type.Union([Type.Literal("beforeProcessing"), Type.Literal("beforeReply")])),
  }),
  plain("timeoutAfterSuccess"),
  plain("dropAfterSuccess"),
  plain("malformedBody"),
]);
export type Fault = Static<typeof Fault>;

/** How often and to which payment, or to which query, a fault applies. */
export const FaultScope = Type.Object({
  times: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  orderId: Type.Optional(Type.String()),
  paymentKey: Type.Optional(Type.String()),
  /** Parameters that the request's query must have, such as `{ page: "3" }`. */
  query: Type.Optional(Type.Record(Type.String(), Type.String())),
});
export type FaultScope = Static<typeof FaultScope>;

/** The body of `POST /mock/faults`. */
export const FaultRequest = Type.Composite([
  FaultScope,
  Type.Object({ route: Type.Union(routes.map((route) => Type.Literal(route))), fault: Fault }),
]);

/** The faults that wait for their requests. */
export interface Faults {
  /**
   * Arms `fault` for the next matching request of `route` (or the next `times`). Faults of one route strike in the
   * order they were armed.
   *
   * @example mock.faults.next("confirm", { kind: "timeoutAfterSuccess" }, { orderId });
   */
  next(route: Route, fault: Fault, scope?: FaultScope): void;
  /** How many strikes are still armed. */
  pending(): number;
  clear(): void;
}

/** The faults, and how a request draws its own. */
export interface FaultQueue extends Faults {
  take(entry: RequestEntry, isReplay: boolean): Fault | null;
}

const passesReplays: ReadonlySet<Fault["kind"]> = new Set(["error", "errorAfterSuccess", "slow"]);

export function createFaults(): FaultQueue {
  let armed: { route: Route; fault: Fault; scope: FaultScope; left: number }[] = [];

  return {
    next(route, fault, scope = {}) {
      armed.push({ route, fault, scope, left: scope.times ?? 1 });
    },
    pending: () => armed.reduce((total, { left }) => total + left, 0),
    clear() {
      armed = [];
    },
    take(entry, isReplay) {
      const hit = armed.find(
        ({ route, fault, scope }) =>
          route === entry.route &&
          (scope.orderId ?? entry.orderId) === entry.orderId &&
          (scope.paymentKey ?? entry.paymentKey) === entry.paymentKey &&
          hasQuery(entry.path, scope.query) &&
          !(isReplay && passesReplays.has(fault.kind)),
      );
      if (hit === undefined) return null;
      hit.left -= 1;
      armed = armed.filter(({ left }) => left > 0);
      return hit.fault;
    },
  };
}
