import type { Problem } from "../../schemas/problem.ts";
import { notKnown, token, withToken } from "./session.ts";

/** Why there is no answer: the API says no, or nothing that speaks for it was reached. */
export type Trouble = { readonly kind: "problem"; readonly problem: Problem } | { readonly kind: "away" };

export type Got<T> =
  | { readonly ok: true; readonly status: number; readonly data: T }
  | { readonly ok: false; readonly trouble: Trouble };

/** Longer than the gateway itself waits for a payment. ms */
const TIMEOUT = 30_000;

const isProblem = (body: unknown): body is Problem =>
  typeof body === "object" && body !== null && "code" in body && "detail" in body;

/** One request to the gateway. Never throws, except that an aborted one ends in silence as "away". */
export const request = async <T>(path: string, init: RequestInit = {}): Promise<Got<T>> => {
  const mine = token.value;
  const timeout = AbortSignal.timeout(TIMEOUT);
  const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
  try {
    const response = await fetch(path, { ...init, headers: withToken(init.headers, mine), signal });
    if (response.status === 401) notKnown(mine);
    const body: unknown = await response.json();
    if (response.ok) return { ok: true, status: response.status, data: body as T };
    if (isProblem(body)) return { ok: false, trouble: { kind: "problem", problem: body } };
  } catch {
    // No connection, or an answer that is not the gateway's: all the same to who asked.
  }
  return { ok: false, trouble: { kind: "away" } };
};

export const get = <T>(path: string, signal?: AbortSignal): Promise<Got<T>> =>
  request<T>(path, signal ? { signal } : {});
