import { type Context, NotFoundError, ParseError, ValidationError } from "elysia";
import type { AuditFact } from "../actors/audit/fact.ts";
import { RetryableError, TerminalError } from "../actors/errors.ts";
import type { Log } from "../actors/ports.ts";
import { SnapshotError } from "../machines/mod.ts";
import { isSettlementError, type SettlementError } from "../settlement/errors.ts";
import type { Caller } from "./caller.ts";
import type { ProblemCode } from "./errors.ts";
import { HttpProblem, type ProblemDetails, pathOf, problem } from "./problem.ts";
import { validationProblem } from "./validation.ts";

interface Failed {
  readonly error: unknown;
  readonly request: Request;
  /** The pattern that the path matched, where it did. */
  readonly route?: string | undefined;
  readonly params?: Readonly<Record<string, string>> | undefined;
  /** Who the guard found it to be, or nobody. */
  readonly caller?: Caller | undefined;
  readonly set: Context["set"];
}

export type OnDenied = (fact: Pick<AuditFact, "actor" | "action" | "target" | "code">) => void;

/**
 * Turns whatever was thrown into problem+json. Only what has no name here is an internal error: it is logged under an
 * incident id, which is all that the caller is told of it.
 */
export const createErrorHandler =
  (log: Log, allowedMethods: (path: string) => readonly string[], onDenied: OnDenied = () => {}) =>
  ({ error, request, set, route = pathOf(request), params, caller }: Failed) => {
    const told = known(error, request, allowedMethods) ?? internal(error, request, log);
    const { details, headers, denied } = told;
    if (denied !== undefined) {
      onDenied({
        actor: denied,
        action: `${request.method} ${route}`,
        target: targetIn(params),
        code: details.code,
      });
    }
    Object.assign(set.headers, headers);
    return problem(request, set, caller && caller.role !== "customer" ? details : toOutside(details));
  };

const AGAIN = "Send it again after a moment, with the same Idempotency-Key.";

/** What our files and servers are called, and how they are, is for whoever works here. */
const plainly: Readonly<Partial<Record<ProblemCode, string>>> = {
  STORE_UNAVAILABLE: `The shop can't read or write orders now, and it can't be told whether the request took effect. ${AGAIN}`,
  BUS_UNAVAILABLE: `The shop can't take commands now, and it can't be told whether the request took effect. ${AGAIN}`,
  STORE_CORRUPT: "The shop can't read or write orders until somebody has mended that. Send it again later.",
};

const toOutside = (details: ProblemDetails): ProblemDetails => ({
  ...details,
  detail: plainly[details.code] ?? details.detail,
});

const known = (
  error: unknown,
  request: Request,
  allowedMethods: (path: string) => readonly string[],
): HttpProblem | undefined => {
  if (error instanceof HttpProblem) return error;
  if (error instanceof ValidationError) return validationProblem(error);
  if (error instanceof ParseError) return error.cause instanceof HttpProblem ? error.cause : undefined;
  if (error instanceof NotFoundError) return notFound(request, allowedMethods(pathOf(request)));
  if (error instanceof RetryableError) {
    return new HttpProblem({ code: error.code, detail: error.message }, { "retry-after": "1" });
  }
  if (error instanceof TerminalError || error instanceof SnapshotError) {
    return new HttpProblem({ code: error.code, detail: error.message });
  }
  return isSettlementError(error) ? ofSettlement(error) : undefined;
};

/** Those that reading can meet; the poller's and the log's are defects here. */
const ofSettlement = ({ code, message }: SettlementError): HttpProblem | undefined => {
  switch (code) {
    case "STORE_UNAVAILABLE":
      return new HttpProblem({ code, detail: message }, { "retry-after": "1" });
    case "YEAR_NOT_COVERED":
    case "STORE_CORRUPT":
      return new HttpProblem({ code, detail: message });
    default:
      return undefined;
  }
};

/** What the path names, if it has the look of an id: it was not checked yet. */
const targetIn = (params: Failed["params"]): string | null => {
  const target = params?.id ?? params?.date ?? "";
  return /^[A-Za-z0-9._:-]{1,100}$/.test(target) ? target : null;
};

const notFound = (request: Request, allowed: readonly string[]): HttpProblem => {
  if (allowed.length === 0) {
    return new HttpProblem({
      code: "NOT_FOUND",
      detail: "There is nothing here. /openapi lists what there is.",
    });
  }
  const allow = allowed.join(", ");
  return new HttpProblem(
    { code: "METHOD_NOT_ALLOWED", detail: `${request.method} is not possible here. Use ${allow}.` },
    { allow },
  );
};

const internal = (error: unknown, request: Request, log: Log): HttpProblem => {
  const incident = crypto.randomUUID();
  log.error({ err: error, incident, method: request.method, path: pathOf(request) }, "a request failed");
  return new HttpProblem({
    code: "INTERNAL",
    detail:
      "Something went wrong on our side, and it can't be told whether the request took effect. " +
      "Send it again with the same Idempotency-Key; should it fail again, report the incident id.",
    incident,
  });
};
