import type { HeaderFields } from "./headers.ts";

export interface Cors {
  /** The answer to a browser that asks first; undefined when this is no such question. It needs no token. */
  preflight(request: Request): Response | undefined;
  /** What the answer to a request from a page needs, so that the page may read it. */
  headersFor(request: Request): HeaderFields;
}

/** What a page may send beyond what needs no permission, and what it may read. */
const REQUEST_HEADERS = "authorization, content-type, idempotency-key, last-event-id, prefer";
const ANSWER_HEADERS = "location, retry-after, ratelimit";
const METHODS = "GET, HEAD, POST";
/** s. As long as Chromium keeps it. */
const KEPT = "7200";

const VARY = { vary: "origin" } as const;

/**
 * Lets pages of exactly these origins call. No cookies: a page shows its token itself, so `credentials` is never allowed.
 * Without origins there is no CORS, and browsers keep other pages out. `headers` are those of all answers.
 */
export const createCors = (origins: readonly string[], headers: HeaderFields): Cors | undefined => {
  if (origins.length === 0) return undefined;
  const allowed = new Map<string | null, HeaderFields>(
    origins.map((origin) => [
      origin,
      { ...VARY, "access-control-allow-origin": origin, "access-control-expose-headers": ANSWER_HEADERS },
    ]),
  );
  const headersFor = (request: Request): HeaderFields => allowed.get(request.headers.get("origin")) ?? VARY;

  return {
    headersFor,
    preflight(request) {
      if (request.method !== "OPTIONS" || !request.headers.has("access-control-request-method"))
        return undefined;
      const granted = allowed.get(request.headers.get("origin"));
      if (!granted) return new Response(null, { status: 403, headers: { ...headers, ...VARY } });
      return new Response(null, {
        status: 204,
        headers: {
          ...headers,
          ...granted,
          "access-control-allow-methods": METHODS,
          "access-control-allow-headers": REQUEST_HEADERS,
          "access-control-max-age": KEPT,
        },
      });
    },
  };
};

/** Reads `CORS_ORIGINS`. Throws an Error that says what is wrong with one. */
export const readOrigins = (list: string): string[] =>
  list
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "")
    .map((one) => {
      if (one === "*") throw new Error("* would let every page call; name the origins of your own.");
      const url = URL.canParse(one) ? new URL(one) : undefined;
      if (!url || !/^https?:$/.test(url.protocol) || url.origin !== one || one.includes("*")) {
        throw new Error(`${one} is no origin such as https://shop.example, without a path.`);
      }
      return one;
    });
