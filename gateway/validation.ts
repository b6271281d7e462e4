import type { Static } from "@sinclair/typebox";
import type { ValidationError } from "elysia";
import { HttpProblem } from "./problem.ts";
import type { InvalidValue } from "./schemas/problem.ts";

type Invalid = Static<typeof InvalidValue>;

const parts: Readonly<Record<string, string>> = {
  body: "body is",
  query: "query is",
  params: "path is",
  headers: "headers are",
};

/** What the schema found wrong, by place. Says what was expected, never what was sent: that may be personal. */
export const validationProblem = (error: ValidationError): HttpProblem => {
  const errors = invalidValues(error);
  if (error.type === "headers" && errors.some(({ pointer }) => pointer === "/idempotency-key")) {
    return new HttpProblem({
      code: "IDEMPOTENCY_KEY_MISSING",
      detail:
        "An Idempotency-Key header of 1 to 200 visible ASCII characters is required, so that a repeated request is " +
        "run once. Nothing was changed. Send one, new for each new request.",
    });
  }
  return new HttpProblem({
    code: "VALIDATION_FAILED",
    detail: `The ${parts[error.type] ?? "request is"} not valid: see errors. Nothing was changed. Correct it and send it again.`,
    errors,
  });
};

const MAX_POINTER = 200;

/** The first complaint about each place; a missing property would otherwise be named twice. */
const invalidValues = (error: ValidationError): Invalid[] => {
  const byPointer = new Map<string, Invalid>();
  for (const found of error.all) {
    const pointer = ("path" in found && typeof found.path === "string" ? found.path : "").slice(
      0,
      MAX_POINTER,
    );
    const message = "message" in found && found.message ? found.message : "Not valid";
    if (!byPointer.has(pointer)) byPointer.set(pointer, { pointer, message });
  }
  return [...byPointer.values()];
};
