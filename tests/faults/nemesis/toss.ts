import type { Route, Fault as TossFault, TossMock } from "../../toss/mod.ts";
import type { Fault } from "./fault.ts";

/** What Toss does to the next few calls of a route. */
const faultOf = (mock: TossMock, route: Route, fault: TossFault, weight: number): Fault => ({
  kind: fault.kind,
  target: `Toss ${route}`,
  weight,
  mostMs: 0,
  async strike(random) {
    mock.faults.next(route, fault, { times: random.between(1, 3) });
    return async () => {};
  },
});

/** Toss moves the money and does not say so, or says nothing and moves none, or is slow, or has too much to do. */
export const tossFaults = (mock: TossMock): Fault[] => [
  faultOf(mock, "cancel", { kind: "timeoutAfterSuccess" }, 6),
  faultOf(mock, "confirm", { kind: "timeoutAfterSuccess" }, 5),
  faultOf(mock, "cancel", { kind: "dropAfterSuccess" }, 2),
  faultOf(mock, "confirm", { kind: "dropAfterSuccess" }, 2),
  faultOf(mock, "cancel", { kind: "errorAfterSuccess" }, 2),
  faultOf(mock, "confirm", { kind: "errorAfterSuccess" }, 2),
  faultOf(mock, "cancel", { kind: "malformedBody" }, 1),
  faultOf(mock, "cancel", { kind: "timeoutBefore" }, 1),
  faultOf(mock, "confirm", { kind: "timeoutBefore" }, 1),
  faultOf(mock, "cancel", { kind: "tooManyRequests" }, 1),
  faultOf(mock, "confirm", { kind: "slow", ms: 1_500 }, 1),
  faultOf(mock, "getPayment", { kind: "dropBefore" }, 2),
];

/** The list of settlements does not answer now and then, or has too much to do. */
export const settlementFaults = (mock: TossMock): Fault[] => [
  faultOf(mock, "getSettlements", { kind: "dropAfterSuccess" }, 1),
  faultOf(mock, "getSettlements", { kind: "tooManyRequests" }, 1),
];
