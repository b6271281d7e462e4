import { type Context, status } from "elysia";
import type { Actor } from "../actors/command.ts";
import { type ProblemCode, type ProblemStatus, problems } from "./errors.ts";
import type { Problem } from "./schemas/problem.ts";

/** What a problem says beyond its code; `type`, `title`, `status` and `instance` follow from code and request. */
export type ProblemDetails = { readonly code: ProblemCode } & Omit<
  Problem,
  "type" | "title" | "status" | "instance" | "code"
>;

/** Thrown where a request can't go on; the error handler answers with it as problem+json. */
export class HttpProblem extends Error {
  override readonly name = "HttpProblem";
  constructor(
    readonly details: ProblemDetails,
    readonly headers: Readonly<Record<string, string>> = {},
    /** Whom this keeps from what it asked for, null for one unknown; the audit trail is told. Left out: nobody. */
    readonly denied?: Actor | null,
  ) {
    super(details.detail);
  }
}

/** The problem document (RFC 9457) for what went wrong with `request`. */
export const problemOf = (request: Request, { code, ...rest }: ProblemDetails): Problem => ({
  type: `urn:jumun:problem:${code}`,
  title: problems[code].title,
  status: problems[code].status,
  code,
  instance: pathOf(request),
  ...rest,
});

/** Answers with a problem from within a route, typed so that clients see it among the route's errors. */
export const problem = (request: Request, set: Context["set"], details: ProblemDetails) => {
  const { status: code }: { status: ProblemStatus } = problems[details.code];
  set.headers["content-type"] = "application/problem+json";
  set.status = code; // the metrics read it there
  return status(code, problemOf(request, details));
};

/** Said word for word to the caller `denied` as well, whose order it is not. */
export const orderNotFound = (orderId: string, denied?: Actor): HttpProblem =>
  new HttpProblem(
    {
      code: "ORDER_NOT_FOUND",
      detail: `There is no order ${orderId}. Nothing was changed. Check the id, or place the order first.`,
    },
    {},
    denied,
  );

const MAX_PATH = 300;

/** The path of the request without its query, which may hold what should not be repeated. */
export const pathOf = (request: Request): string => {
  const { url } = request;
  const start = url.indexOf("/", url.indexOf("//") + 2);
  const query = url.indexOf("?", start);
  return (start < 0 ? "/" : url.slice(start, query < 0 ? undefined : query)).slice(0, MAX_PATH);
};
