import type { Static, TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import type { Answer } from "./exchange.ts";

/** A route outside `/v1` with which another process works the mock; it needs no key. */
export interface Control {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  answer(body: unknown, query: URLSearchParams): Promise<Answer>;
}

/** The body, once it fits. @throws Error that says what is wrong with it */
export function valid<Schema extends TSchema>(schema: Schema, body: unknown): Static<Schema> {
  if (Value.Check(schema, body)) return body;
  const problem = Value.Errors(schema, body).First();
  throw new Error(`Bad body${problem === undefined ? "" : ` at "${problem.path}": ${problem.message}`}.`);
}

/** What `run` gives as JSON; 400 with the message of what it throws. */
export async function answered(run: () => unknown): Promise<Answer> {
  const headers = { "content-type": "application/json" };
  try {
    return { status: 200, headers, body: JSON.stringify(await run()) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { status: 400, headers, body: JSON.stringify({ code: "INVALID_REQUEST", message }) };
  }
}
