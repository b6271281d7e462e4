import { isKstDate } from "../machines/mod.ts";
import { HttpProblem } from "./problem.ts";

type Wrong = { readonly pointer: string; readonly message: string };

/** The days by name that do not exist: `2026-02-30` has the pattern of one. What is left out is not wrong. */
export const wrongDays = (days: Readonly<Record<string, string | undefined>>): Wrong[] =>
  Object.entries(days).flatMap(([name, day]) =>
    day === undefined || isKstDate(day)
      ? []
      : [{ pointer: `/${name}`, message: "Expected a day that exists" }],
  );

/** What a schema can't say is told as if it had said it. */
export const notValid = (part: "path" | "query", errors: Wrong[]): HttpProblem =>
  new HttpProblem({
    code: "VALIDATION_FAILED",
    detail: `The ${part} is not valid: see errors. Nothing was changed. Correct it and send it again.`,
    errors,
  });
