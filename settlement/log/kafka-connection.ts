import type { TlsMaterial } from "../../actors/connection/tls.ts";

export interface KafkaConnection {
  /** `host:port` of some brokers; they tell the others. */
  readonly brokers: readonly string[];
  /** Shows in the brokers' logs and quotas. */
  readonly clientId?: string;
  /** Needed in front of any broker that is not on this machine or a private network. */
  readonly tls?: TlsMaterial;
  readonly sasl?: {
    readonly mechanism: "plain" | "scram-sha-256" | "scram-sha-512";
    readonly username: string;
    readonly password: string;
  };
  /** How long to wait for a connection, and for an answer. In ms. */
  readonly connectTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
}

/** Doubled each time, in ms. */
export const retryTimes = { initialRetryTime: 100, maxRetryTime: 3_000 };
