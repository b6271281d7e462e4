import { createPublicKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { createLocalJWKSet, type JWK } from "jose";
import { KeyFileError, type KeySource } from "./keys.ts";

const Jwks = Type.Object({
  keys: Type.Array(Type.Object({ kty: Type.String(), kid: Type.Optional(Type.String()) }), { minItems: 1 }),
});

const kinds: readonly string[] = ["rsa", "rsa-pss", "ec", "ed25519"];
const LEAST_RSA_BITS = 2_048;

/** Public keys out of a file, as a JWKS or as one PEM. Throws {@link KeyFileError}. The file is read once. */
export const keysFromFile = (path: string): KeySource => {
  const text = contentOf(path);
  const keyFor = text.trimStart().startsWith("{") ? fromJwks(path, text) : fromPem(path, text);
  return { keyFor, ready: async () => {} };
};

const contentOf = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new KeyFileError(`${path} can't be read. Name a file with a JWKS or a public key in PEM.`, {
      cause: error,
    });
  }
};

const fromJwks = (path: string, text: string): KeySource["keyFor"] => {
  const jwks = parsed(text);
  if (!Value.Check(Jwks, jwks))
    throw new KeyFileError(`${path} is no JWKS: {"keys":[…]} with at least one key.`);
  for (const jwk of jwks.keys) checkJwk(path, jwk);
  return createLocalJWKSet({ keys: jwks.keys as JWK[] });
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const checkJwk = (path: string, jwk: Static<typeof Jwks>["keys"][number]): void => {
  if ("d" in jwk || "k" in jwk) {
    throw new KeyFileError(`${path} holds a private or shared key. Put only public keys there.`);
  }
  check(path, () => createPublicKey({ key: jwk as JWK, format: "jwk" }));
};

/** A PEM says nothing of a key id, so that a token's own is not looked at. */
const fromPem = (path: string, text: string): KeySource["keyFor"] => {
  if (text.includes("PRIVATE KEY")) {
    throw new KeyFileError(`${path} holds a private key. Put only its public half there.`);
  }
  const jwk = check(path, () => createPublicKey(text)).export({ format: "jwk" });
  const keyFor = createLocalJWKSet({ keys: [jwk as JWK] });
  return ({ kid: _, ...header }, token) => keyFor(header, token);
};

const check = (path: string, read: () => KeyObject): KeyObject => {
  let key: KeyObject;
  try {
    key = read();
  } catch (error) {
    throw new KeyFileError(`${path} holds something that is no public key.`, { cause: error });
  }
  const { asymmetricKeyType: kind, asymmetricKeyDetails: details } = key;
  if (!kind || !kinds.includes(kind) || (details?.modulusLength ?? LEAST_RSA_BITS) < LEAST_RSA_BITS) {
    throw new KeyFileError(
      `${path} holds a key of a kind that is not taken. Use RSA of ${LEAST_RSA_BITS} bits or more, P-256, P-384 or Ed25519.`,
    );
  }
  return key;
};
