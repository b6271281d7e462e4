import type { JWTVerifyGetKey } from "jose";

/** Where the public keys come from that tokens are checked with. */
export interface KeySource {
  /** The key that a token's header names. */
  readonly keyFor: JWTVerifyGetKey;
  /** Rejects with KeysUnavailableError while there are none. */
  ready(): Promise<void>;
}

/** The keys can't be had now: nobody can be told from anybody else. */
export class KeysUnavailableError extends Error {
  override readonly name = "KeysUnavailableError";
}

/** The keys that were given can't be used, ever. The message says why and what to do. */
export class KeyFileError extends Error {
  override readonly name = "KeyFileError";
}
