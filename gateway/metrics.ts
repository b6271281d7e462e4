import { Counter, Gauge, Histogram, Registry } from "prom-client";

export interface GatewayMetrics {
  readonly registry: Registry;
  /** One answered request. `route` is the pattern, never the path: ids must not become label values. */
  request(method: string, route: string, status: number, seconds: number): void;
  /** One command answered: `accepted`, `pending`, or the code of its refusal. */
  command(type: string, outcome: string): void;
  readonly paymentsWaiting: Gauge;
  /** A request turned away, by which limit. */
  refused(reason: string): void;
}

/** What is asked at each scrape, so that counting costs requests nothing. */
export interface Watched {
  /** Requests that are being answered, streams included. */
  readonly inFlight: number;
  /** Requests that count against `limit`. */
  readonly underWay: number;
  readonly limit: number;
  readonly bodies: number;
  readonly eventStreams: number;
}

/** The gateway's metrics in `registry`, which other rooms may share. */
export const createMetrics = (watch: () => Watched, registry = new Registry()): GatewayMetrics => {
  const registers = [registry];
  const watched = (name: string, help: string, read: (watched: Watched) => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read(watch()));
      },
    });
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
  const refused = new Counter({
    name: "jumun_http_refused_total",
    help: "Requests turned away, by the limit that did it.",
    labelNames: ["reason"],
    registers,
  });
  const refusals = new Map<string, Counter.Internal>(); // found once, since there may be very many
  watched("jumun_event_streams", "Open server-sent event streams.", (now) => now.eventStreams);
  watched(
    "jumun_http_requests_in_flight",
    "Requests being answered, event streams included.",
    (now) => now.inFlight,
  );
  watched(
    "jumun_http_requests_under_way",
    "Requests under way that wait for nobody outside.",
    (now) => now.underWay,
  );
  watched(
    "jumun_http_requests_limit",
    "From how many under way requests are turned away.",
    (now) => now.limit,
  );
  watched("jumun_http_bodies_pending", "Requests whose body is still to come.", (now) => now.bodies);
  return {
    registry,
    request: (method, route, status, seconds) => requests.observe({ method, route, status }, seconds),
    command: (type, outcome) => commands.inc({ type, outcome }),
    refused: (reason) => {
      const count = refusals.get(reason) ?? refused.labels({ reason });
      refusals.set(reason, count);
      count.inc();
    },
    paymentsWaiting,
  };
};
