import { ExponentialBackoff, halfJitterGenerator, type IBackoff } from "cockatiel";
import { type Log, silentLog } from "../../actors/ports.ts";
import { createHttp, type Exchange, type Fetch } from "../../actors/toss/http.ts";
import { createLimiter } from "../../actors/toss/limiter.ts";
import { RetryableSettlementError } from "../errors.ts";
import type { checkedOptions } from "./options.ts";
import { verdictOf } from "./refusal.ts";
import { retryAfterMs } from "./retry-after.ts";
import { wait } from "./wait.ts";

export type Settings = ReturnType<typeof checkedOptions> & {
  readonly secretKey: string;
  readonly fetch: Fetch;
  readonly signal: AbortSignal | undefined;
  readonly logger: Log | undefined;
};

/**
 * Gets `path` and reads the answer's body with `read`, which returns undefined for what can't be the answer: half a
 * body, or another service's page. Tries again after 429, 5xx, silence and such bodies. Throws TOSS_UNAVAILABLE once
 * that has taken `giveUpAfterMs`, TOSS_REFUSED at once, and the signal's reason when it is aborted.
 */
export type Call = <T>(path: string, read: (body: string) => T | undefined) => Promise<T>;

/** One try: what to return, or why to try again and how long Toss wants to be left alone. */
type Attempt<T> = { readonly value: T } | { readonly reason: string; readonly afterMs?: number | undefined };

/** More never wait: the poller asks for a handful of pages at a time. */
const MAX_QUEUED = 1_000;

export const createCall = (settings: Settings): Call => {
  const { signal, giveUpAfterMs, logger = silentLog } = settings;
  const limiter = createLimiter({ ...settings, maxQueued: MAX_QUEUED });
  const backoff = new ExponentialBackoff({
    initialDelay: settings.firstWaitMs,
    maxDelay: settings.longestWaitMs,
    generator: halfJitterGenerator,
  });
  /** Until when Toss wants no calls at all: a 429 is about the merchant, not about one page. */
  let quietUntil = 0;

  const attempt = async <T>(path: string, read: (body: string) => T | undefined): Promise<Attempt<T>> => {
    const { exchange, retryAfter } = await exchangeOnce(settings, path);
    signal?.throwIfAborted();
    if (exchange.kind !== "answered") return { reason: `no answer from Toss (${exchange.cause})` };
    const { answer } = exchange;
    const verdict = verdictOf({ ...answer, body: withoutSecret(answer.body, answer.status, settings) });
    if (verdict.kind === "refused") throw verdict.error;
    if (verdict.kind === "again") {
      return { reason: verdict.reason, afterMs: retryAfterMs(retryAfter, Date.now()) };
    }
    const value = read(answer.body);
    return value === undefined ? { reason: "Toss answered 200 with no list that can be read" } : { value };
  };

  return async <T>(path: string, read: (body: string) => T | undefined): Promise<T> => {
    const deadline = performance.now() + giveUpAfterMs;
    let pause: IBackoff<unknown> = backoff.next();
    for (let tries = 1; ; tries += 1) {
      for (let quiet = quietUntil - performance.now(); quiet > 0; quiet = quietUntil - performance.now()) {
        await wait(quiet, signal);
      }
      signal?.throwIfAborted();
      const outcome = await limiter.run(() => attempt(path, read));
      if (!outcome) throw new Error("more calls to Toss wait than the poller ever makes");
      if ("value" in outcome) return outcome.value;

      pause = pause.next(undefined);
      const waitMs = Math.ceil(Math.max(pause.duration, outcome.afterMs ?? 0));
      if (performance.now() + waitMs > deadline) throw unavailable(outcome, tries, giveUpAfterMs);
      logger.warn({ path, tries, waitMs, reason: outcome.reason }, "Toss did not answer; trying again");
      if (outcome.afterMs !== undefined) quietUntil = Math.max(quietUntil, performance.now() + waitMs);
      await wait(waitMs, signal);
    }
  };
};

/** Sends one request, which an abort of the signal ends, and keeps the header that the shared client leaves out. */
const exchangeOnce = async (settings: Settings, path: string) => {
  const { signal } = settings;
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  let retryAfter: string | null = null;
  const send = createHttp({
    ...settings,
    async fetch(url, init) {
      init.signal?.addEventListener("abort", stop, { once: true });
      const response = await settings.fetch(url, { ...init, signal: stopping.signal });
      retryAfter = response.headers.get("retry-after");
      return response;
    },
  });
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) stop();
  try {
    const exchange: Exchange = await send({ method: "GET", path });
    return { exchange, retryAfter: retryAfter as string | null };
  } finally {
    signal?.removeEventListener("abort", stop);
  }
};

/** Should an error's text ever echo our credentials, they go no further. Rows are not searched. */
const withoutSecret = (body: string, status: number, { secretKey, authorization }: Settings): string =>
  status === 200
    ? body
    : body.replaceAll(secretKey, "[secret]").replaceAll(authorization.slice("Basic ".length), "[secret]");

const unavailable = (
  { reason, afterMs }: { readonly reason: string; readonly afterMs?: number | undefined },
  tries: number,
  giveUpAfterMs: number,
): RetryableSettlementError => {
  const asked = afterMs === undefined ? "" : `, and asks to be left alone for ${Math.ceil(afterMs / 1000)} s`;
  return new RetryableSettlementError("TOSS_UNAVAILABLE", {
    message:
      `${reason}${asked}; gave up after ${tries} tries within ${Math.round(giveUpAfterMs / 1000)} s. ` +
      "What was produced so far is checkpointed. Run the same date again later: it continues from there.",
  });
};
