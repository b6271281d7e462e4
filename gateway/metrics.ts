import { Counter, Gauge, Histogram, Registry } from "prom-client";

export interface GatewayMetrics {
  readonly registry: Registry;
  /** One answered request. `route` is the pattern, never the path: ids must not become label values. */
  request(method: string, route: string, status: number, seconds: number): void;
  /** One command answered: `accepted`, `pending`, or the code of its refusal. */
  command(type: string, outcome: string): void;
  readonly paymentsWaiting: Gauge;
  readonly eventStreams: Gauge;
}

/**
 * The gateway's metrics in `registry`, which other rooms may share.
 * `inFlight` is asked at each scrape, so that counting costs requests nothing.
 */
export const createMetrics = (inFlight: () => number, registry = new Registry()): GatewayMetrics => {
  const registers = [registry];
  const requests = new Histogram({
    name: "jumun_http_request_duration_seconds",
    help: "Time to answer a request; of an event stream, time to its start.",
    labelNames: ["method", "route", "status"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  });
  const commands = new Counter({
    name: "jumun_commands_total",
    help: "Commands answered by the gateway, by type and outcome: accepted, pending or a code.",
    labelNames: ["type", "outcome"],
    registers,
  });
  const paymentsWaiting = new Gauge({
    name: "jumun_payments_waiting",
    help: "Requests that wait for Toss' answer to a payment.",
    registers,
  });
  const eventStreams = new Gauge({
    name: "jumun_event_streams",
    help: "Open server-sent event streams.",
    registers,
  });
  new Gauge({
    name: "jumun_http_requests_in_flight",
    help: "Requests being answered, event streams included.",
    registers,
    collect() {
      this.set(inFlight());
    },
  });
  return {
    registry,
    request: (method, route, status, seconds) => requests.observe({ method, route, status }, seconds),
    command: (type, outcome) => commands.inc({ type, outcome }),
    paymentsWaiting,
    eventStreams,
  };
};
