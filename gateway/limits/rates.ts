import { BurstyRateLimiter, RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import type { Actor } from "../../actors/command.ts";
import { type CallerOf, callerKey } from "../caller.ts";
import { problems } from "../errors.ts";
import { HttpProblem } from "../problem.ts";
import type { AddressOf } from "./address.ts";

export interface RateOptions {
  /** Requests a second of one customer. */
  readonly customer: number;
  /** So many more of one caller in any ten seconds. */
  readonly burst: number;
  /** Requests a second of one operator, warehouse or service. */
  readonly staff: number;
  /** Webhooks a second from one address; from all together twice as many. */
  readonly webhooks: number;
}

export const defaultRates: RateOptions = { customer: 20, burst: 100, staff: 10_000, webhooks: 500 };

export type RateReason = "caller" | "address" | "webhook" | "payment";

/** Each rejects with RATE_LIMITED when it was too often. All of them count in this process alone. */
export interface Rates {
  caller(caller: Actor): Promise<void>;
  /** Before a webhook's body is read. */
  webhook(request: Request): Promise<void>;
  /** Before a webhook about a payment of ours becomes a command and a call to Toss. */
  payment(paymentKey: string): Promise<void>;
  /** `callerOf`, held to each caller's rate, and to each address' rate of being nobody. */
  limited(callerOf: CallerOf): CallerOf;
}

/**
 * Failed sign-ins of one address in ten seconds. Whoever comes from there then is not even looked at, unless its token
 * was found good lately: many customers can share an address with the one who fails.
 */
const FAILURES = { points: 100, duration: 10 } as const;
/** Toss tells of a payment a few times in its life. */
const NOTICES = { points: 20, duration: 60 } as const;
const BURST_SECONDS = 10;

/**
 * Callers and addresses are counted in so many places, found by a hash whose seed nobody knows: a million addresses
 * need no more memory than this many, and hardly ever do two that are busy share a place.
 */
const PLACES = 16_384;

export const createRates = (
  { customer, burst, staff, webhooks }: RateOptions,
  addressOf: AddressOf,
  refused: (reason: RateReason) => void,
): Rates => {
  const customers = bursty(customer, burst);
  const colleagues = bursty(staff, burst);
  const failures = new RateLimiterMemory(FAILURES);
  const senders = new RateLimiterMemory({ points: webhooks, duration: 1 });
  const allSenders = new RateLimiterMemory({ points: webhooks * 2, duration: 1 });
  const notices = new RateLimiterMemory(NOTICES);
  let failedUntil = 0;

  const take = async (reason: RateReason, limiter: Limiter, key: string): Promise<void> => {
    try {
      await limiter.consume(placeOf(key));
    } catch (error) {
      refused(reason);
      throw tooMany(reason, error);
    }
  };

  /** The address is only looked up while there are failures at all: the good ones need not pay for it. */
  const refuseStrangers = async (request: Request): Promise<void> => {
    if (performance.now() > failedUntil) return;
    const found = await failures.get(placeOf(addressOf(request)));
    if (!found || found.consumedPoints < FAILURES.points) return;
    refused("address");
    throw tooMany("address", found);
  };

  const noteStranger = async (request: Request): Promise<void> => {
    failedUntil = performance.now() + FAILURES.duration * 1_000;
    await failures.penalty(placeOf(addressOf(request)));
  };

  const recognized = async (callerOf: CallerOf, request: Request) => {
    await refuseStrangers(request);
    try {
      return await callerOf(request);
    } catch (error) {
      if (isTheirs(error)) await noteStranger(request);
      throw error;
    }
  };

  const caller = (one: Actor) =>
    take("caller", one.role === "customer" ? customers : colleagues, callerKey(one));

  return {
    caller,
    async webhook(request) {
      await take("webhook", senders, addressOf(request));
      await take("webhook", allSenders, "");
    },
    payment: (paymentKey) => take("payment", notices, paymentKey),
    limited: (callerOf) => async (request) => {
      const found = callerOf.lately?.(request) ?? (await recognized(callerOf, request));
      await caller(found);
      return found;
    },
  };
};

type Limiter = BurstyRateLimiter | RateLimiterMemory;

const bursty = (points: number, burst: number) =>
  new BurstyRateLimiter(
    new RateLimiterMemory({ points, duration: 1 }),
    new RateLimiterMemory({ points: burst, duration: BURST_SECONDS }),
  );

const seed = crypto.getRandomValues(new Uint32Array(1))[0];
const placeOf = (key: string): string => String(Bun.hash.xxHash32(key, seed) % PLACES);

/** Not when our keys can't be had, say. */
const isTheirs = (error: unknown): boolean =>
  error instanceof HttpProblem && problems[error.details.code].status < 500;

const whose: Readonly<Record<RateReason, string>> = {
  caller: "of this caller",
  address: "that failed to sign in came from this address",
  webhook: "came as webhooks",
  payment: "told of this payment",
};

/** `reason` names the policy: whoever reads the headers sees which limit it was. */
const tooMany = (reason: RateReason, error: unknown): HttpProblem => {
  const ms = error instanceof RateLimiterRes ? error.msBeforeNext : 1_000;
  const seconds = String(Math.max(1, Math.ceil(ms / 1_000)));
  return new HttpProblem(
    {
      code: "RATE_LIMITED",
      detail:
        `Too many requests ${whose[reason]}. Nothing was changed. Send it again after ${seconds} s, with the same ` +
        "Idempotency-Key.",
    },
    {
      "retry-after": seconds,
      ratelimit: `"${reason}";r=0;t=${seconds}`,
    },
  );
};
