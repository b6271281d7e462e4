import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { errors, type JWTPayload, jwtVerify } from "jose";
import type { Clock } from "../../actors/ports.ts";
import { type Caller, type CallerOf, callerRoles } from "../caller.ts";
import { HttpProblem } from "../problem.ts";
import { bearerToken } from "./bearer.ts";
import { unauthenticated } from "./denied.ts";
import { type KeySource, KeysUnavailableError } from "./keys.ts";
import { createVerified } from "./verified.ts";

/** Signatures by a private key that only the issuer has: no shared secret, and never none. */
export const ALGORITHMS = ["EdDSA", "Ed25519", "ES256", "ES384", "PS256", "RS256"];
/** How far the clocks of issuer and gateway may be apart. s */
const CLOCK_TOLERANCE = 30;

export interface JwtOptions {
  readonly keys: KeySource;
  /** Who the token must be for. */
  readonly audience: string;
  /** Who it must be from; left out: whoever has the keys. */
  readonly issuer?: string | undefined;
  /** The claim that holds the role. */
  readonly roleClaim: string;
  readonly clock: Clock;
}

/** The claim `sub` is a customer's id where the role is customer, so that it has that shape. */
const Claims = Type.Object({
  sub: Type.String({ pattern: "^[A-Za-z0-9._@:-]{1,64}$" }),
  exp: Type.Integer({ minimum: 1, maximum: 8_640_000_000_000 }),
});
const RoleClaim = Type.Union(callerRoles.map((role) => Type.Literal(role)));

/** Callers by their bearer tokens: signed JWTs. A token that is not right in every way is UNAUTHENTICATED. */
export const createJwtCaller = ({ keys, audience, issuer, roleClaim, clock }: JwtOptions): CallerOf => {
  const verified = createVerified();

  const verify = async (token: string, now: number): Promise<Caller> => {
    const { payload } = await jwtVerify(token, keys.keyFor, {
      algorithms: ALGORITHMS,
      audience,
      ...(issuer !== undefined && { issuer }),
      requiredClaims: ["exp", "sub"],
      clockTolerance: CLOCK_TOLERANCE,
      currentDate: new Date(now),
    });
    const claims = claimsOf(payload);
    const role = roleOf(payload, roleClaim);
    return { role, id: claims.sub, until: (claims.exp + CLOCK_TOLERANCE) * 1_000 };
  };

  const lately = (request: Request): Caller | undefined => {
    const header = request.headers.get("authorization");
    return header === null ? undefined : verified.get(header, clock.now());
  };

  const callerOf = async (request: Request): Promise<Caller> => {
    const known = lately(request);
    if (known) return known;
    const now = clock.now();
    const token = bearerToken(request.headers.get("authorization"));
    try {
      const caller = await verify(token, now);
      verified.put(`Bearer ${token}`, caller, now);
      return caller;
    } catch (error) {
      throw refusalOf(error);
    }
  };
  return Object.assign(callerOf, { lately });
};

const claimsOf = (payload: JWTPayload): Static<typeof Claims> => {
  if (Value.Check(Claims, payload)) return payload;
  throw invalid("has no `sub` or `exp` of the right shape", "sub or exp");
};

const roleOf = (payload: JWTPayload, claim: string): Static<typeof RoleClaim> => {
  const role = Object.hasOwn(payload, claim) ? payload[claim] : undefined;
  if (Value.Check(RoleClaim, role)) return role;
  throw invalid(`must have one of ${callerRoles.join(", ")} in its claim \`${claim}\``, "role");
};

const invalid = (what: string, description: string): HttpProblem =>
  unauthenticated(
    `The token ${what}. Nothing was changed. Get another and send the request again.`,
    description,
  );

const refusalOf = (error: unknown): unknown => {
  if (error instanceof HttpProblem) return error;
  if (error instanceof KeysUnavailableError) {
    return new HttpProblem(
      {
        code: "AUTH_KEYS_UNAVAILABLE",
        detail:
          "It can't be told now who calls: the keys to check tokens with are away. Nothing was changed. Try again.",
      },
      { "retry-after": "1" },
    );
  }
  if (error instanceof errors.JWTExpired) return invalid("has expired", "expired");
  if (error instanceof errors.JWTClaimValidationFailed) {
    const { claim, reason } = error;
    if (claim === "nbf" && reason === "check_failed") return invalid("is not valid yet", "not yet valid");
    const wrong = ["aud", "iss", "exp", "sub", "nbf", "iat"].find((one) => one === claim) ?? "a claim";
    return invalid(`is not for this gateway: its \`${wrong}\` is missing or wrong`, wrong);
  }
  // Whatever else a token can be made of is no defect of ours: a wrong signature, key, algorithm, encoding.
  return invalid("is not signed by a key of this gateway's issuer", "signature");
};
