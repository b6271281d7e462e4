/** Headers by name, in lower case. */
export type HeaderFields = Readonly<Record<string, string>>;

/**
 * On every answer that has none of its own: data and nothing else. No browser guesses its type, runs or frames it, keeps
 * it, shows it to a page of another origin, or tells others its address, which holds an order's id. The console and
 * `/openapi` are pages, and say their own.
 */
const fields: HeaderFields = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

/** `hstsSeconds` 0: not told, since a name that is once told can't be reached without TLS until then. */
export const securityHeaders = (hstsSeconds: number): HeaderFields => ({
  ...fields,
  ...(hstsSeconds > 0 && { "strict-transport-security": `max-age=${hstsSeconds}; includeSubDomains` }),
});
