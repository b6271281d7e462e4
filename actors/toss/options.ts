import type { Log } from "../ports.ts";
import type { CircuitOptions } from "./circuit.ts";
import type { Fetch } from "./http.ts";

export interface TossOptions {
  /** `https://api.tosspayments.com`, or a double of it; plain http only on this machine. */
  readonly baseUrl: string;
  /** From Toss' developer centre, `test_sk_…` or `live_sk_…`. Never logged and in no error text. */
  readonly secretKey: string;
  /** How long to wait for a whole answer, in ms. Toss asks for 60 s: less turns slow successes into unknown outcomes. */
  readonly timeoutMs?: number | undefined;
  /** Calls begun in a second; none by default. Toss' test environment takes 100 a minute of each API: 1.6. */
  readonly maxPerSecond?: number | undefined;
  /** Calls under way at once; 64 by default. */
  readonly maxConcurrent?: number | undefined;
  /** Calls that may wait for their turn, beyond which a call is `notSent`; 1,000 by default. */
  readonly maxQueued?: number | undefined;
  /** By default 5 outages in a row of one operation open its circuit, and 10 s later one call tries. */
  readonly breaker?: Partial<CircuitOptions> | undefined;
  readonly fetch?: Fetch | undefined;
  readonly log?: Log | undefined;
}

export type TossConfigErrorCode = "TOSS_BASE_URL_INVALID" | "TOSS_SECRET_KEY_INVALID" | "TOSS_LIMIT_INVALID";

/** The Toss client can't be made with these options. Terminal: mend the configuration. Holds no secret. */
export class TossConfigError extends Error {
  override readonly name = "TossConfigError";
  readonly retryable = false;
  constructor(
    readonly code: TossConfigErrorCode,
    message: string,
  ) {
    super(`${message} No Toss client was made.`);
  }
}

/** The base URL without a trailing slash. */
export const checkedBaseUrl = (text: string): string => {
  const url = URL.parse(text);
  // The text itself stays out of the message: a URL can hold credentials.
  if (!url) throw new TossConfigError("TOSS_BASE_URL_INVALID", "The Toss base URL is not a URL.");
  const { protocol, hostname } = url;
  if (protocol !== "https:" && !(protocol === "http:" && isLoopback(hostname))) {
    throw new TossConfigError(
      "TOSS_BASE_URL_INVALID",
      `The Toss base URL must begin with https:// (http only to this machine), not ${protocol}//${hostname}.`,
    );
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new TossConfigError(
      "TOSS_BASE_URL_INVALID",
      "The Toss base URL must have no credentials, query or fragment.",
    );
  }
  return url.href.replace(/\/+$/, "");
};

const isLoopback = (hostname: string): boolean =>
  hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);

/** The value of the Authorization header: the secret key is the user name, and the password is empty. */
export const authorizationOf = (secretKey: string): string => {
  // A byte order mark or a line end, easily read along from a file, would make a header that Toss can't read.
  if (!/^[\x21-\x39\x3b-\x7e]+$/.test(secretKey)) {
    throw new TossConfigError(
      "TOSS_SECRET_KEY_INVALID",
      "The Toss secret key must be visible ASCII characters without a colon.",
    );
  }
  if (/^(test|live)_g?ck/.test(secretKey)) {
    throw new TossConfigError(
      "TOSS_SECRET_KEY_INVALID",
      "The Toss secret key is a client key (…_ck): use the secret key of the same pair (…_sk).",
    );
  }
  return `Basic ${btoa(`${secretKey}:`)}`;
};

/** The options with their defaults, refusing limits that would stop every call or none. */
export const checkedLimits = (options: TossOptions) => {
  const limits = {
    timeoutMs: options.timeoutMs ?? 60_000,
    maxConcurrent: options.maxConcurrent ?? 64,
    maxQueued: options.maxQueued ?? 1_000,
    openAfter: options.breaker?.openAfter ?? 5,
    halfOpenAfterMs: options.breaker?.halfOpenAfterMs ?? 10_000,
  };
  for (const [name, value] of Object.entries(limits)) {
    const least = name === "maxQueued" ? 0 : 1;
    if (!Number.isSafeInteger(value) || value < least || value > MAX_TIMER_MS) refuseLimit(name, value);
  }
  const { maxPerSecond } = options;
  if (maxPerSecond !== undefined && !(maxPerSecond >= 0.01 && maxPerSecond <= 100_000)) {
    refuseLimit("maxPerSecond", maxPerSecond);
  }
  return { ...limits, maxPerSecond };
};

/** A timer set for longer fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const refuseLimit = (name: string, value: number): never => {
  throw new TossConfigError("TOSS_LIMIT_INVALID", `The Toss client's ${name} can't be ${value}.`);
};
