/** How the gateway listens, waits and limits. Durations in ms, sizes in bytes. */
export interface GatewayConfig {
  /** The address to listen on. Bearer tokens are as good as passwords: beyond loopback, only behind TLS. */
  readonly hostname: string;
  /** Largest request body, chunked ones included. */
  readonly bodyLimit: number;
  /** How long a POST waits for its command's reply before it answers 202. */
  readonly commandWaitMs: number;
  /** How long a payment waits for Toss' answer unless `Prefer: wait=<seconds>` says otherwise. */
  readonly paymentWaitMs: number;
  /** The longest that `Prefer: wait` can ask for. */
  readonly maxPaymentWaitMs: number;
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
  commandWaitMs: 5_000,
  paymentWaitMs: 10_000,
  maxPaymentWaitMs: 60_000,
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
