import { problems } from "../errors.ts";
import type { HeaderFields } from "../headers.ts";
import { pathOf, problemOf } from "../problem.ts";

const DETAIL =
  "More requests are under way than can be answered in time, and this one was not taken. Nothing was changed. " +
  "Send it again after Retry-After, with the same Idempotency-Key.";

/** Told to come back after these in turn, so that they don't all come back at once. s */
const WAITS = ["1", "2", "3"];

/**
 * The answers OVERLOADED to requests that nothing was read of. All but their path is made beforehand: there may be tens
 * of thousands a second, and what they cost is taken from those that are answered.
 */
export const createOverloaded = (
  headers: HeaderFields,
  headersFor: ((request: Request) => HeaderFields) | undefined,
) => {
  const { status } = problems.OVERLOADED;
  const inits = WAITS.map((wait) => ({
    status,
    headers: new Headers({ ...headers, "content-type": "application/problem+json", "retry-after": wait }),
  }));
  const { instance: _, ...constant } = problemOf(new Request("http://localhost/"), {
    code: "OVERLOADED",
    detail: DETAIL,
  });
  const beginning = `${JSON.stringify(constant).slice(0, -1)},"instance":`;
  let turn = 0;

  return (request: Request): Response => {
    turn = (turn + 1) % inits.length;
    const response = new Response(`${beginning}${JSON.stringify(pathOf(request))}}`, inits[turn]);
    if (headersFor) {
      for (const [name, value] of Object.entries(headersFor(request))) response.headers.set(name, value);
    }
    return response;
  };
};
