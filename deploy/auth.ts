import { Type } from "@sinclair/typebox";
import type { Clock, Log } from "../actors/ports.ts";
import { devCaller } from "../gateway/auth/dev.ts";
import { createJwtCaller } from "../gateway/auth/jwt.ts";
import { keysFromFile } from "../gateway/auth/key-file.ts";
import { keysFromUrl } from "../gateway/auth/key-url.ts";
import type { KeySource } from "../gateway/auth/keys.ts";
import { isLoopback } from "../gateway/config.ts";
import type { GatewayParts } from "../gateway/mod.ts";
import type { Config } from "./config.ts";

export const authSettings = {
  AUTH: Type.Union([Type.Literal("jwt"), Type.Literal("dev")], {
    default: "jwt",
    description: "Callers show a JWT; or `dev`: whoever is on this machine is operator, for loopback only",
  }),
  AUTH_JWKS: Type.Optional(
    Type.String({ description: "Public keys of tokens: a file (JWKS or PEM), or a JWKS URL" }),
  ),
  AUTH_AUDIENCE: Type.String({
    default: "jumun",
    minLength: 1,
    maxLength: 200,
    description: "Whom tokens must be for, their claim `aud`",
  }),
  AUTH_ISSUER: Type.Optional(
    Type.String({ maxLength: 500, description: "Whom tokens must be from, their claim `iss`" }),
  ),
  AUTH_ROLE_CLAIM: Type.String({
    default: "role",
    pattern: "^[A-Za-z0-9_.:/-]{1,200}$",
    description: "The claim with the role: customer, service, warehouse or operator",
  }),
} as const;

type AuthConfig = Pick<
  Config,
  "AUTH" | "AUTH_JWKS" | "AUTH_AUDIENCE" | "AUTH_ISSUER" | "AUTH_ROLE_CLAIM" | "HOST" | "JUMUN_ROLE"
>;

/** Throws an Error that says why the gateway would not know who calls, and what to set. */
export const checkAuth = ({ AUTH, AUTH_JWKS, HOST, JUMUN_ROLE }: AuthConfig): void => {
  if (JUMUN_ROLE === "runtime") return;
  if (AUTH === "jwt" && !AUTH_JWKS) {
    throw new Error(
      "jwt needs AUTH_JWKS, the public keys that callers' tokens are checked with: `bun run token` makes some. " +
        "To try things on this machine alone, where everyone may then do everything, set AUTH=dev.",
    );
  }
  if (AUTH === "dev" && AUTH_JWKS) {
    throw new Error("dev looks at no token, but AUTH_JWKS is set. Unset it, or set AUTH=jwt.");
  }
  if (AUTH === "dev" && !isLoopback(HOST)) {
    throw new Error(
      `dev makes an operator of whoever reaches ${HOST}. Set HOST=127.0.0.1, or AUTH=jwt and AUTH_JWKS.`,
    );
  }
};

/** The keys of a file or a URL. Throws an Error that says what is wrong with them. */
export const openKeys = (from: string): KeySource => {
  // Before anything repeats it: it may be a private one.
  if (/[{\n]|-----/.test(from)) throw new Error("It must be a path or a URL, not the keys themselves.");
  if (!/^[a-z]+:\/\//i.test(from)) return keysFromFile(from);
  const url = URL.parse(from);
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname))) {
    return keysFromUrl(url);
  }
  throw new Error("A JWKS URL must be https, or http on loopback: whoever changes it on its way is trusted.");
};

/** How this gateway knows who calls. */
export const openAuth = (
  config: AuthConfig,
  clock: Clock,
  log: Log,
): Pick<GatewayParts, "callerOf" | "callersReady"> => {
  if (config.AUTH === "dev") {
    log.warn({ host: config.HOST }, "NO AUTHENTICATION (AUTH=dev): everyone on this machine is an operator");
    return { callerOf: devCaller };
  }
  if (!config.AUTH_JWKS) throw new Error("AUTH_JWKS is checked when the settings are read");
  const keys = openKeys(config.AUTH_JWKS);
  return {
    callerOf: createJwtCaller({
      keys,
      audience: config.AUTH_AUDIENCE,
      issuer: config.AUTH_ISSUER,
      roleClaim: config.AUTH_ROLE_CLAIM,
      clock,
    }),
    callersReady: keys.ready,
  };
};
