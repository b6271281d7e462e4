import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, exportSPKI, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";
import type { AuditFact } from "../../actors/audit/fact.ts";
import type { Clock } from "../../actors/ports.ts";
import { createJwtCaller } from "../../gateway/auth/jwt.ts";
import { keysFromFile } from "../../gateway/auth/key-file.ts";
import type { KeySource } from "../../gateway/auth/keys.ts";
import type { CallerRole } from "../../gateway/caller.ts";
import type { SettlementReader } from "../../settlement/ports.ts";
import { createLab, type LabParts } from "./lab.ts";

export const AUDIENCE = "jumun";
export const ISSUER = "https://issuer.example";

/** A key pair of an issuer, and what it signs. */
export interface Signer {
  readonly kid: string;
  readonly publicJwk: JWK;
  readonly publicPem: string;
  /** Signs what a good token says, changed by `claims` (undefined leaves one out) and `header`. */
  sign(claims?: ClaimChanges, header?: object): Promise<string>;
}

export const createSigner = async (kid = "key-1", alg = "ES256"): Promise<Signer> => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return {
    kid,
    publicJwk: { ...(await exportJWK(publicKey)), kid, alg },
    publicPem: await exportSPKI(publicKey),
    sign: (claims, header) =>
      new SignJWT(claimsWith(claims)).setProtectedHeader({ alg, kid, ...header }).sign(privateKey),
  };
};

/** What a good operator's token says, changed. */
export const claimsWith = (claims: ClaimChanges = {}): JWTPayload => {
  const now = Math.floor(Date.now() / 1_000);
  return {
    sub: "kim",
    role: "operator",
    aud: AUDIENCE,
    iss: ISSUER,
    iat: now,
    exp: now + 600,
    ...claims,
  } as JWTPayload;
};

/** A token of any header, payload and signature: what an attacker can write by hand. */
export const handmade = (header: object, payload: object, signature = ""): string =>
  [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".") +
  `.${signature}`;

/** A file in a folder that goes away at the end of the block. */
export const fileWith = (content: string) => {
  const folder = mkdtempSync(join(tmpdir(), "jumun-auth-"));
  const path = join(folder, "keys");
  writeFileSync(path, content);
  return { path, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
};

export const jwksOf = (...signers: readonly Signer[]): string =>
  JSON.stringify({ keys: signers.map(({ publicJwk }) => publicJwk) });

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

const nothing = () => Promise.reject(new Error("not asked here"));
const noSettlements: SettlementReader = {
  day: nothing,
  days: nothing,
  reconciliation: nothing,
  orderSettlements: async () => [],
};

/** Claims, of which undefined leaves one out. */
export type ClaimChanges = { readonly [Name in keyof JWTPayload]?: JWTPayload[Name] | undefined };

export interface AuthLabParts extends LabParts {
  readonly keys?: KeySource;
  readonly clock?: Clock;
  /** Null: tokens of any issuer. */
  readonly issuer?: string | null;
}

/** A gateway that asks for tokens of `signer`, the trail of what it denied, and requests as somebody. */
export const createAuthLab = async (parts: AuthLabParts = {}) => {
  const { keys, issuer = ISSUER, clock = { now: Date.now }, ...rest } = parts;
  const signer = await createSigner();
  using file = fileWith(jwksOf(signer));
  const facts: AuditFact[] = [];
  const lab = createLab({
    clock,
    callerOf: createJwtCaller({
      keys: keys ?? keysFromFile(file.path),
      audience: AUDIENCE,
      issuer: issuer ?? undefined,
      roleClaim: "role",
      clock,
    }),
    audit: (fact) => facts.push(fact),
    config: { paymentWaitMs: 0 },
    settlements: noSettlements,
    ...rest,
  });
  const as = async (role: CallerRole, sub: string) => {
    const headers = bearer(await signer.sign({ role, sub }));
    return {
      headers,
      get: (path: string) => lab.ask(path, { headers }),
      post: (path: string, body?: unknown, key?: string) => lab.post(path, body, { key, headers }),
    };
  };
  return { ...lab, signer, facts, as };
};

export type AuthLab = Awaited<ReturnType<typeof createAuthLab>>;
