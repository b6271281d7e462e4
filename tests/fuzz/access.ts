import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { issueToken } from "../../deploy/token/issue.ts";
import { type CallerRole, callerRoles } from "../../gateway/caller.ts";

/** As whom the API is fuzzed, and what each request of theirs carries. */
export interface Caller {
  readonly role: CallerRole;
  readonly id: string;
  readonly token: string;
}

export interface Access {
  /** What the shop is started with, so that it knows the tokens. */
  readonly settings: Readonly<Record<string, string>>;
  readonly callers: readonly Caller[];
}

const AUDIENCE = "jumun";

/** A token for each role, of keys made for this run alone. */
export const openAccess = async (): Promise<Access> => {
  const folder = mkdtempSync(join(".cache/fuzz", "keys-"));
  const callers: Caller[] = [];
  for (const role of callerRoles) {
    const ask = { role, id: `fuzz-${role}`, hours: 12, folder, audience: AUDIENCE };
    const { token } = await issueToken({ ...ask, issuer: undefined, roleClaim: "role" });
    callers.push({ role, id: ask.id, token });
  }
  const settings = {
    AUTH: "jwt",
    AUTH_JWKS: join(process.cwd(), folder, "jwks.json"),
    AUTH_AUDIENCE: AUDIENCE,
  };
  return { settings, callers };
};
