import type { BlockList } from "node:net";
import { defaultRates, type RateOptions } from "./limits/rates.ts";

/** How the gateway listens, waits and limits. Durations in ms, sizes in bytes. */
export interface GatewayConfig {
  /** The address to listen on. Bearer tokens are as good as passwords: beyond loopback, only behind TLS. */
  readonly hostname: string;
  /** Largest request body, chunked ones included. */
  readonly bodyLimit: number;
  /** How long a body may take to come. */
  readonly bodyTimeoutMs: number;
  /** Most bytes of bodies that are still to come, and their most. */
  readonly bodiesMostBytes: number;
  readonly bodiesMost: number;
  /** Commands that wait longer than this on average are a queue: requests are turned away until they don't. */
  readonly overloadDelayMs: number;
  /** Most open event streams. */
  readonly eventStreamsMost: number;
  /** Most open event streams of one customer. */
  readonly eventStreamsOfCustomer: number;
  readonly rates: RateOptions;
  /** Whose X-Forwarded-For is believed. Nobody's when left out. */
  readonly trustedProxies?: BlockList | undefined;
  /** The origins whose pages may call from a browser. */
  readonly corsOrigins: readonly string[];
  /** How long browsers are to insist on TLS. 0: that is not told. s */
  readonly hstsSeconds: number;
  /** How long a POST waits for its command's reply before it answers 202. */
  readonly commandWaitMs: number;
  /** How long a payment waits for Toss' answer unless `Prefer: wait=<seconds>` says otherwise. */
  readonly paymentWaitMs: number;
  /** The longest that `Prefer: wait` can ask for. */
  readonly maxPaymentWaitMs: number;
  /** So many payments of one customer are waited for at once; the others are answered 202. */
  readonly paymentWaitsOfCustomer: number;
  /** How often a waiting payment reads the store although no event came: the net under the live events. */
  readonly paymentRecheckMs: number;
  /** How often a quiet event stream sends a comment, so that no proxy takes it for dead. */
  readonly heartbeatMs: number;
  /** The least time between two frames of `/fleet/events`. */
  readonly fleetFrameMs: number;
  /** How long all events are listened to after the last look, so that a page loaded again finds its minute of flows. */
  readonly fleetLingerMs: number;
  /** How long `/readyz` waits for the store and the bus. */
  readonly readyTimeoutMs: number;
  /** The URL of the Toss mock, where Toss is one and no money is real. `/healthz` tells it. */
  readonly tossMock?: string;
  /** How long `stop()` waits for requests in flight before it cuts them off. */
  readonly stopGraceMs: number;
}

export const defaultGatewayConfig: GatewayConfig = {
  hostname: "127.0.0.1",
  bodyLimit: 64 * 1024,
  bodyTimeoutMs: 10_000,
  bodiesMostBytes: 64 * 1024 * 1024,
  bodiesMost: 4_096,
  overloadDelayMs: 100,
  eventStreamsMost: 1_000,
  eventStreamsOfCustomer: 20,
  rates: defaultRates,
  corsOrigins: [],
  hstsSeconds: 0,
  commandWaitMs: 5_000,
  paymentWaitMs: 10_000,
  maxPaymentWaitMs: 60_000,
  paymentWaitsOfCustomer: 5,
  paymentRecheckMs: 1_000,
  heartbeatMs: 15_000,
  fleetFrameMs: 250,
  fleetLingerMs: 5 * 60_000,
  readyTimeoutMs: 2_000,
  stopGraceMs: 10_000,
};

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i;

/** Only names that can't be anybody else's: `127.example.com` is not one. */
export const isLoopback = (hostname: string): boolean => LOOPBACK.test(hostname);
