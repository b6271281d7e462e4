import { unauthenticated } from "./denied.ts";

/** As much as a token of ours can need. Characters. */
const LONGEST = 4_096;

const SCHEME = /^bearer +/i;
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/**
 * The token of the Authorization header, and of nowhere else: an address gets into logs and histories. Two such headers
 * arrive joined by a comma and are no token.
 */
export const bearerToken = (header: string | null): string => {
  if (header === null) {
    throw unauthenticated(
      "A token is needed: send it as `Authorization: Bearer <token>`. Nothing was changed.",
    );
  }
  const scheme = SCHEME.exec(header);
  const token = scheme ? header.slice(scheme[0].length) : "";
  if (token.length > LONGEST || !COMPACT.test(token)) {
    throw unauthenticated(
      `The Authorization header must be \`Bearer <token>\`, one signed JWT of at most ${LONGEST} characters. Nothing was changed.`,
      "malformed",
    );
  }
  return token;
};
