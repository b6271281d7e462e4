import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from "jose";
import type { CallerRole } from "../../gateway/caller.ts";

/** The folder of keys can't be used. The message says why. */
export class KeyFolderError extends Error {
  override readonly name = "KeyFolderError";
}

export interface TokenAsk {
  readonly role: CallerRole;
  readonly id: string;
  readonly hours: number;
  /** Holds the keys; they are made where there are none. */
  readonly folder: string;
  readonly audience: string;
  readonly issuer: string | undefined;
  readonly roleClaim: string;
}

export interface Issued {
  readonly token: string;
  /** Whether the keys were made now. */
  readonly made: boolean;
  /** The path of the JWKS that checks it. */
  readonly publicKeys: string;
}

const ALGORITHM = "EdDSA";

/** Signs a token for a caller. Throws {@link KeyFolderError}. */
export const issueToken = async (ask: TokenAsk): Promise<Issued> => {
  const privatePath = join(ask.folder, "private.json");
  const publicKeys = join(ask.folder, "jwks.json");
  const made = !existsSync(privatePath);
  if (made) await makeKeys(ask.folder, privatePath, publicKeys);
  const jwk = readKey(privatePath);
  const now = Math.floor(Date.now() / 1_000);
  const signing = new SignJWT({ [ask.roleClaim]: ask.role })
    .setProtectedHeader({ alg: ALGORITHM, typ: "JWT", ...(jwk.kid && { kid: jwk.kid }) })
    .setSubject(ask.id)
    .setAudience(ask.audience)
    .setIssuedAt(now)
    .setExpirationTime(now + Math.round(ask.hours * 3_600));
  if (ask.issuer !== undefined) signing.setIssuer(ask.issuer);
  return { token: await signing.sign(await importJWK(jwk, ALGORITHM)), made, publicKeys };
};

/** The private half is written for its owner alone, and never over another. */
const makeKeys = async (folder: string, privatePath: string, publicPath: string): Promise<void> => {
  const pair = await generateKeyPair(ALGORITHM, { extractable: true });
  const open = await exportJWK(pair.publicKey);
  const kid = await calculateJwkThumbprint(open);
  const marks = { kid, alg: ALGORITHM, use: "sig" };
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const secret = { ...(await exportJWK(pair.privateKey)), ...marks };
    writeFileSync(privatePath, `${JSON.stringify(secret, null, 2)}\n`, { mode: 0o600, flag: "wx" });
    chmodSync(privatePath, 0o600); // whatever the umask
    writeFileSync(publicPath, `${JSON.stringify({ keys: [{ ...open, ...marks }] }, null, 2)}\n`);
  } catch (error) {
    throw new KeyFolderError(`Keys can't be written to ${folder}. Name another folder with --keys.`, {
      cause: error,
    });
  }
};

const readKey = (path: string): JWK => {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as JWK;
  } catch (error) {
    throw new KeyFolderError(`${path} can't be read as a private key. Move it away to have new ones made.`, {
      cause: error,
    });
  }
};
