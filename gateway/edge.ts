import type { GatewayConfig } from "./config.ts";
import { createCors } from "./cors.ts";
import { securityHeaders } from "./headers.ts";
import { createAddressOf } from "./limits/address.ts";
import { createAdmission } from "./limits/admission.ts";
import { createBodies } from "./limits/bodies.ts";
import { createOverloaded } from "./limits/overloaded.ts";
import { createOwnPlaces } from "./limits/own-places.ts";
import { createRates } from "./limits/rates.ts";
import { createStreams } from "./limits/streams.ts";

/** What stands between the outside and the routes: the limits, and the headers that all answers have. `refused` counts by the limit that did it. */
export const createEdge = (
  config: GatewayConfig,
  {
    refused,
    socketOf,
  }: { refused: (reason: string) => void; socketOf: (request: Request) => string | undefined },
) => {
  const headers = securityHeaders(config.hstsSeconds);
  const cors = createCors(config.corsOrigins, headers);
  const bodies = createBodies(
    { mostBytes: config.bodiesMostBytes, most: config.bodiesMost, timeoutMs: config.bodyTimeoutMs },
    refused,
  );
  const admission = createAdmission(
    config.overloadDelayMs,
    bodies,
    (lane) => refused(`overloaded_${lane}`),
    createOverloaded(headers, cors?.headersFor),
  );
  return {
    cors,
    headers,
    admission,
    bodies,
    rates: createRates(config.rates, createAddressOf(config.trustedProxies, socketOf), (reason) =>
      refused(`rate_${reason}`),
    ),
    streams: createStreams(
      { most: config.eventStreamsMost, mostOfCustomer: config.eventStreamsOfCustomer },
      refused,
    ),
    paymentWaits: createOwnPlaces(config.paymentWaitsOfCustomer),
    /** Undefined when the routes are to answer. */
    answer: (request: Request): Response | undefined =>
      cors?.preflight(request) ?? admission.refusal(request),
  };
};
