import { type AnyElysia, Elysia } from "elysia";
import type { Registry } from "prom-client";
import type { AuditTrail } from "../actors/audit/fact.ts";
import type { OrderClient } from "../actors/client.ts";
import type { Clock, Log } from "../actors/ports.ts";
import type { SettlementReader } from "../settlement/ports.ts";
import { createAllowedMethods } from "./allowed-methods.ts";
import { devCaller } from "./auth/dev.ts";
import { createGuard } from "./auth/guard.ts";
import { createJsonReader } from "./body.ts";
import { type CallerOf, nobody } from "./caller.ts";
import { defaultGatewayConfig, type GatewayConfig } from "./config.ts";
import { createEdge } from "./edge.ts";
import { createErrorHandler } from "./error-handler.ts";
import { createMetrics } from "./metrics.ts";
import { openApiDocument } from "./openapi.ts";
import { cancellationStepRoutes } from "./routes/cancellation-steps.ts";
import { cancellationRoutes } from "./routes/cancellations.ts";
import { commandRoutes } from "./routes/commands.ts";
import { confirmationRoutes } from "./routes/confirmation.ts";
import { consoleRoutes } from "./routes/console.ts";
import { deadLetterRoutes } from "./routes/dead-letters.ts";
import { effectRoutes } from "./routes/effects.ts";
import { eventRoutes } from "./routes/events.ts";
import { fleetRoutes } from "./routes/fleet.ts";
import { historyRoutes } from "./routes/history.ts";
import { machineRoutes } from "./routes/machines.ts";
import { meRoutes } from "./routes/me.ts";
import { openApiRoutes } from "./routes/openapi.ts";
import { operationRoutes } from "./routes/operations.ts";
import { orderRoutes } from "./routes/orders.ts";
import { paymentRoutes } from "./routes/payment.ts";
import { settlementRoutes } from "./routes/settlements.ts";
import { webhookRoutes } from "./routes/webhooks.ts";
import type { Services } from "./services.ts";
import { stopGracefully } from "./stop.ts";

export interface GatewayParts {
  readonly client: OrderClient;
  readonly config?: Partial<GatewayConfig>;
  readonly log: Log;
  readonly clock: Clock;
  /** Shared with other rooms, whose metrics then show at `/metrics` too. Own registry when left out. */
  readonly metrics?: Registry;
  /** What Toss pays out. Left out, its routes answer SETTLEMENT_NOT_SERVED. */
  readonly settlements?: SettlementReader;
  /** Who calls: `createJwtCaller`, or `devCaller` where only this machine can call. */
  readonly callerOf: CallerOf;
  /** Rejects while `callerOf` can't tell, with what `/readyz` then says. Left out, it always can. */
  readonly callersReady?: () => Promise<void>;
  /** Told of what was denied, and of what operators do that no order's history tells. */
  readonly audit?: AuditTrail;
}

/** The gateway's type, for a client typed by it: `treaty<Gateway>("http://127.0.0.1:3000")`. */
export type Gateway = ReturnType<typeof createGateway>;

/**
 * The HTTP side of Jumun: an Elysia app over an {@link OrderClient}. **Who may call what stands in
 * `auth/access.ts`; a route that does not stand there is refused to everybody.**
 *
 * `stop()` takes no new connections, ends event streams and waits for payments, and lets requests in flight finish
 * within `config.stopGraceMs`.
 *
 * @example
 * const gateway = createGateway({ client, log, clock: systemClock, callerOf }).listen(3000);
 * await gateway.stop();
 */
export const createGateway = (parts: GatewayParts) => {
  const { client, log, clock, callerOf, audit, callersReady = async () => {} } = parts;
  const config: GatewayConfig = { ...defaultGatewayConfig, ...parts.config };
  const closing = new AbortController();
  // Filled in below; what runs later asks it for the server and the routes.
  const built: { app?: AnyElysia } = {};
  const metrics = createMetrics(
    () => ({
      inFlight: built.app?.server?.pendingRequests ?? 0,
      underWay: admission.underWay,
      limit: admission.limit,
      bodies: bodies.pending,
      eventStreams: streams.open,
    }),
    parts.metrics,
  );
  const { admission, bodies, rates, streams, paymentWaits, ...edge } = createEdge(config, {
    refused: metrics.refused,
    socketOf: (request) => built.app?.server?.requestIP(request)?.address,
  });
  // On one machine of one's own nobody counts.
  const known = callerOf === devCaller ? callerOf : rates.limited(callerOf);
  const services: Services = {
    client,
    config,
    log,
    clock,
    callerOf: known,
    admission,
    rates,
    streams,
    paymentWaits,
    callersReady,
    audit,
    metrics,
    readJson: createJsonReader(config.bodyLimit, bodies),
    onError: createErrorHandler(
      log,
      createAllowedMethods(() => built.app?.routes ?? []),
      (denied) => audit?.({ at: new Date(clock.now()).toISOString(), ...denied, outcome: "denied" }),
    ),
    settlements: parts.settlements,
    closing: closing.signal,
  };
  const guard = createGuard(known);

  const api = new Elysia({
    normalize: false,
    serve: {
      hostname: config.hostname,
      development: false,
      // Two gateways on one port would share it silently otherwise.
      reusePort: false,
      // The reader of bodies has the limit, and answers with a problem where Bun would just hang up.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      // Longer than the quiet of an event stream and than any wait for a payment. s
      idleTimeout: 120,
    },
  })
    // Around all of Elysia, since turning a request away must cost next to nothing.
    .wrap((handle, request) => {
      const answer = edge.answer(request);
      return answer ? () => answer : handle;
    })
    .headers(edge.headers)
    .decorate("startedAt", 0)
    .onRequest((context) => {
      context.startedAt = performance.now();
      admission.began();
      if (edge.cors) Object.assign(context.set.headers, edge.cors.headersFor(context.request));
    })
    .onAfterResponse(({ request, route, set, startedAt }) => {
      admission.ended();
      const seconds = (performance.now() - startedAt) / 1_000;
      metrics.request(request.method, route || "none", Number(set.status), seconds);
    })
    .onError(services.onError)
    .decorate("caller", nobody)
    .onParse(guard)
    .onTransform(guard)
    .use(orderRoutes(services))
    .use(paymentRoutes(services))
    .use(confirmationRoutes(services))
    .use(cancellationRoutes(services))
    .use(cancellationStepRoutes(services))
    .use(effectRoutes(services))
    .use(historyRoutes(services))
    .use(eventRoutes(services))
    .use(fleetRoutes(services))
    .use(settlementRoutes(services))
    .use(commandRoutes(services))
    .use(deadLetterRoutes(services))
    .use(webhookRoutes(services))
    .use(machineRoutes(services))
    .use(meRoutes(services))
    .use(operationRoutes(services));
  const gateway = api.use(openApiRoutes(() => openApiDocument(api))).use(consoleRoutes(services));

  built.app = gateway;
  gateway.stop = stopGracefully(gateway, closing, config.stopGraceMs);
  return gateway;
};
