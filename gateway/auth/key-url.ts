import { createRemoteJWKSet, customFetch, errors } from "jose";
import { type KeySource, KeysUnavailableError } from "./keys.ts";

export interface RemoteKeysOptions {
  /** A set is used no longer than this, so that a key taken back stops counting. ms */
  readonly maxAgeMs?: number;
  /** A key id that is not in the set makes it be read again, at most this often. ms */
  readonly cooldownMs?: number;
  readonly timeoutMs?: number;
  /** After a failure the issuer is not asked again before this has passed. ms */
  readonly retryMs?: number;
}

/** Public keys from a JWKS URL, read at first need and kept. */
export const keysFromUrl = (url: URL, options: RemoteKeysOptions = {}): KeySource => {
  const { maxAgeMs = 10 * 60_000, cooldownMs = 30_000, timeoutMs = 5_000, retryMs = 1_000 } = options;
  let failedAt = Number.NEGATIVE_INFINITY;
  const justFailed = () => performance.now() - failedAt < retryMs;
  const remote = createRemoteJWKSet(url, {
    cacheMaxAge: maxAgeMs,
    cooldownDuration: cooldownMs,
    timeoutDuration: timeoutMs,
    // The cooldown counts from the last success: without this, each token with a made-up key id would be one more
    // request to an issuer that is away already.
    [customFetch]: async (address, init) => {
      if (justFailed()) throw new Error("it was asked a moment ago");
      return fetch(address, init);
    },
  });

  const reaching = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (isAboutTheToken(error)) throw error;
      if (!justFailed()) failedAt = performance.now();
      throw unavailable(url, error);
    }
  };
  return {
    keyFor: (header, token) => reaching(() => remote(header, token)),
    ready: () => reaching(async () => void (remote.fresh || (await remote.reload()))),
  };
};

/** The set was read, and has no single key for this token. */
const isAboutTheToken = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys ||
  error instanceof errors.JOSENotSupported;

const unavailable = ({ origin }: URL, cause?: unknown): KeysUnavailableError =>
  new KeysUnavailableError(`The keys that tokens are checked with can't be read from ${origin}.`, { cause });
