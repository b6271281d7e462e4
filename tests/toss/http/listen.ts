import { errorReply, languageOf } from "../errors/reply.ts";
import type { Control } from "./control.ts";
import type { Answer } from "./exchange.ts";
import type { Incoming, Operation } from "./operations.ts";

/** What is served: the provider's operations, the tests' controls, and a 404 in the provider's shape for the rest. */
export interface Site {
  /** 0 takes a free one. */
  readonly port: number;
  readonly operations: readonly Operation[];
  readonly controls: readonly Control[];
  exchange(operation: Operation, incoming: Incoming): Promise<Answer>;
}

export interface Listening {
  readonly port: number;
  /** Cuts every connection. */
  stop(): Promise<void>;
}

/** An HTTP server under a mock. @throws Error when the port is taken */
export type Listen = (site: Site) => Promise<Listening>;

/** The 404 of a path that is none of the API's, or of a method that a path does not have. */
export function notThere(
  operations: readonly Operation[],
  path: string,
  acceptLanguage: string | undefined,
): Exclude<Answer, "cut"> {
  const isKnownPath = operations.some(({ pattern }) => pattern.test(path));
  const code = isKnownPath ? "NOT_FOUND_HTTP_METHOD" : "NOT_FOUND";
  const { status, body } = errorReply(code, languageOf(acceptLanguage));
  return { status, headers: { "content-type": "application/json" }, body };
}

/** A path parameter as the client meant it; null when there is none or it can't be decoded. */
export function decoded(parameter: string | undefined): string | null {
  try {
    return parameter === undefined ? null : decodeURIComponent(parameter);
  } catch {
    return null;
  }
}

/** JSON if it is, else the text; null for nothing. */
export function parsed(text: string | undefined): unknown {
  if (text === undefined || text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
