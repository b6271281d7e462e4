import { Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import type { Answer } from "../../actors/toss/http.ts";
import { TerminalSettlementError } from "../errors.ts";

const ErrorBody = TypeCompiler.Compile(
  Type.Object({
    code: Type.String({ pattern: "^[A-Z][A-Z0-9_]{0,99}$" }),
    message: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  }),
);

/** What became of a call that was answered. */
export type Verdict =
  | { readonly kind: "ok" }
  /** A fault of the moment: the same call later. */
  | { readonly kind: "again"; readonly reason: string }
  /** The same call can never succeed. */
  | { readonly kind: "refused"; readonly error: TerminalSettlementError };

/** Codes that speak of the moment, though Toss gives them under 400 and 403 (actors/toss/error-codes.ts). */
const passing: ReadonlySet<string> = new Set([
  "PROVIDER_ERROR",
  "FORBIDDEN_CONSECUTIVE_REQUEST",
  "COMMON_ERROR",
  "UNKNOWN_ERROR",
]);
const passingStatuses: ReadonlySet<number> = new Set([408, 409, 425, 429]);

/** Judges an answer by its status, and by its code where it has one. */
export const verdictOf = ({ status, body }: Answer): Verdict => {
  if (status === 200) return { kind: "ok" };
  const { code, message } = errorOf(body);
  const name = code ? `${status} ${code}` : `${status}`;
  if (status >= 500 || passingStatuses.has(status) || (code && passing.has(code))) {
    return { kind: "again", reason: `Toss answered ${name}` };
  }
  const said = message ? ` ("${message}")` : "";
  return {
    kind: "refused",
    error: new TerminalSettlementError("TOSS_REFUSED", {
      message: `Toss refuses: ${name}${said}. Nothing was read, and what was polled before stays. ${remedyOf(status, code)}`,
    }),
  };
};

const remedyOf = (status: number, code: string | undefined): string => {
  if (status === 401 || code === "INVALID_API_KEY" || code === "INCORRECT_BASIC_AUTH_FORMAT") {
    return "See that TOSS_SECRET_KEY is the secret key (…_sk_…) of this merchant and of this environment.";
  }
  if (status === 403) return "Ask Toss whether this merchant's contract lets its key read settlements.";
  if (status >= 300 && status < 400) return "See that TOSS_BASE_URL is the address of the API itself.";
  if (status === 404) return "See that TOSS_BASE_URL is the root of the API, without a path.";
  return "See that the date and the page size are what Toss takes (pages of at most 5,000 rows).";
};

const MAX_MESSAGE = 510;

const errorOf = (body: string): { readonly code?: string; readonly message?: string } => {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return {};
  }
  if (!ErrorBody.Check(json)) return {};
  return { code: json.code, ...(json.message && { message: json.message.slice(0, MAX_MESSAGE) }) };
};
