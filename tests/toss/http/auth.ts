import type { TossErrorCode } from "../errors/status.ts";

/**
 * Checks `Authorization: Basic base64("{secretKey}:")`: the key is the user name, the password is empty, the colon is
 * required. A byte-order mark before the key makes it another key.
 *
 * @returns null when the caller is known, else the code that refuses it
 */
export function authenticate(authorization: string | undefined, secretKey: string): TossErrorCode | null {
  if (authorization === undefined || authorization === "") return "UNAUTHORIZED_KEY";
  const encoded = /^Basic ([A-Za-z0-9+/_-]+={0,2})$/i.exec(authorization.trim())?.[1];
  if (encoded === undefined) return "INCORRECT_BASIC_AUTH_FORMAT";
  const credentials = Buffer.from(encoded, "base64").toString("utf8");
  const colon = credentials.indexOf(":");
  if (colon === -1 || colon !== credentials.length - 1) return "INCORRECT_BASIC_AUTH_FORMAT";
  return credentials.slice(0, colon) === secretKey ? null : "UNAUTHORIZED_KEY";
}
