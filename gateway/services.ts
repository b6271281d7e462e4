import { Elysia } from "elysia";
import type { AuditTrail } from "../actors/audit/fact.ts";
import type { OrderClient } from "../actors/client.ts";
import type { OrderDocument } from "../actors/document.ts";
import type { Clock, Log } from "../actors/ports.ts";
import type { SettlementReader } from "../settlement/ports.ts";
import type { createJsonReader } from "./body.ts";
import { actorOf, type Caller, type CallerOf, nobody } from "./caller.ts";
import type { GatewayConfig } from "./config.ts";
import type { createErrorHandler } from "./error-handler.ts";
import type { Admission } from "./limits/admission.ts";
import type { OwnPlaces } from "./limits/own-places.ts";
import type { Rates } from "./limits/rates.ts";
import type { Streams } from "./limits/streams.ts";
import type { GatewayMetrics } from "./metrics.ts";
import { orderNotFound } from "./problem.ts";

/** What every route works with. */
export interface Services {
  readonly client: OrderClient;
  readonly config: GatewayConfig;
  readonly log: Log;
  readonly clock: Clock;
  readonly metrics: GatewayMetrics;
  readonly callerOf: CallerOf;
  readonly admission: Admission;
  readonly rates: Rates;
  readonly streams: Streams;
  readonly paymentWaits: OwnPlaces;
  /** Undefined where no trail is kept. */
  readonly audit: AuditTrail | undefined;
  /** Rejects while it can't be told who calls. */
  readonly callersReady: () => Promise<void>;
  /** Reads a body strictly; used as `parse: [readJson, "json"]`, whose second part only tells the OpenAPI document. */
  readonly readJson: ReturnType<typeof createJsonReader>;
  readonly onError: ReturnType<typeof createErrorHandler>;
  /** Undefined where no ledgers are wired. */
  readonly settlements: SettlementReader | undefined;
  /** Aborted when the gateway stops: whatever waits or streams ends. */
  readonly closing: AbortSignal;
}

/**
 * The start of each group of routes: bodies are checked and left as they are, errors become problems. The handler
 * stands in each group, and not only at the root, so that typed clients see the problems among a route's answers.
 * `caller` is filled in by the guard at the root; a group without one serves nobody in particular.
 */
export const newRoutes = ({ onError }: Pick<Services, "onError">) =>
  new Elysia({ normalize: false }).decorate("caller", nobody).onError(onError);

/**
 * The order, or the problem ORDER_NOT_FOUND: nothing is ever written for an id that does not exist. To a customer the
 * order of another one does not exist either, told by the same read and in the same words.
 */
export const existingOrder = async (
  { client }: Services,
  caller: Caller,
  orderId: string,
): Promise<OrderDocument> => {
  const document = await client.get(orderId);
  if (!document) throw orderNotFound(orderId);
  if (!isWithinReach(caller, document)) throw orderNotFound(orderId, actorOf(caller));
  return document;
};

/** A customer's reach is its own orders. */
export const isWithinReach = ({ role, id }: Caller, { customerId }: OrderDocument): boolean =>
  role !== "customer" || customerId === id;
