/** Makes tokens, and at first use the keys for them: for trying the gateway, and for a shop without an issuer yet. */
import { parseArgs } from "node:util";
import { type CallerRole, callerRoles } from "../gateway/caller.ts";
import { issueToken, KeyFolderError } from "./token/issue.ts";

/** Of sysexits.h. */
const EX_USAGE = 64;
const EX_CANTCREAT = 73;

const help = `Signs a token for the gateway, and prints it.

Usage: bun run token -- --role ROLE --id ID [--hours 8] [--keys data/auth]
  --role   ${callerRoles.join(", ")}
  --id     who it is for, 1 to 64 of A-Z a-z 0-9 . _ @ : -; a customer's is its customer.id
  --hours  how long it holds, up to 720
  --keys   folder of the keys, made at first use: private.json for this command alone, jwks.json for the gateway

  bun run token -- --role operator --id kim
  AUTH_JWKS=data/auth/jwks.json bun run start
  curl -H "Authorization: Bearer $(bun run --silent token -- --role operator --id kim)" localhost:8080/fleet

AUTH_AUDIENCE, AUTH_ISSUER and AUTH_ROLE_CLAIM of the environment are heeded, as by the gateway.`;

const read = (args: readonly string[]) => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      role: { type: "string" },
      id: { type: "string" },
      hours: { type: "string", default: "8" },
      keys: { type: "string", default: "data/auth" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return undefined;
  const role = callerRoles.find((one): one is CallerRole => one === values.role);
  if (!role) throw new Error(`--role must be one of ${callerRoles.join(", ")}.`);
  if (!/^[A-Za-z0-9._@:-]{1,64}$/.test(values.id ?? "")) {
    throw new Error("--id must be 1 to 64 of A-Z a-z 0-9 . _ @ : -.");
  }
  const hours = Number(values.hours);
  if (!(hours > 0 && hours <= 720)) throw new Error("--hours must be more than 0 and at most 720.");
  return { role, id: String(values.id), hours, folder: values.keys };
};

let wanted: ReturnType<typeof read>;
try {
  wanted = read(process.argv.slice(2));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error} See bun run token -- --help.`);
  process.exit(EX_USAGE);
}
if (!wanted) {
  console.log(help);
  process.exit(0);
}
try {
  const { AUTH_AUDIENCE, AUTH_ISSUER, AUTH_ROLE_CLAIM } = process.env;
  const { token, made, publicKeys } = await issueToken({
    ...wanted,
    audience: AUTH_AUDIENCE || "jumun",
    issuer: AUTH_ISSUER || undefined,
    roleClaim: AUTH_ROLE_CLAIM || "role",
  });
  if (made) console.error(`Made keys. Start the gateway with AUTH_JWKS=${publicKeys}`);
  console.log(token);
} catch (error) {
  if (!(error instanceof KeyFolderError)) throw error;
  console.error(error.message);
  process.exit(EX_CANTCREAT);
}
