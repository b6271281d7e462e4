import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type NatsRole, natsRoles } from "./permissions.ts";
import { natsUsers } from "./users.ts";

const FILE = "authorization.conf";

const help = `Writes the users of a shop with what each may do, for nats-server to include, and a password for each.

Usage: bun run nats:config --out <folder> [--prefix orders]

  <folder>/${FILE}   say in nats-server's configuration: include ./${FILE}
  <folder>/<role>.password      made if it is not there; for NATS_PASSWORD_FILE, with NATS_USER=<role>

Roles: ${natsRoles.join(", ")}. See deploy/nats/permissions.ts for what each may do.`;

/** Writes the file and what passwords lack. Run again it keeps the passwords. */
export const writeNatsConfig = async (folder: string, prefix: string): Promise<void> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const passwords = Object.fromEntries(
    await Promise.all(
      natsRoles.map(async (role) => [role, await passwordIn(join(folder, `${role}.password`))]),
    ),
  ) as Record<NatsRole, string>;
  const users = await natsUsers(passwords, { prefix });
  // nats-server reads JSON as its own syntax.
  await writeFile(join(folder, FILE), `authorization: ${JSON.stringify({ users }, null, 2)}\n`, {
    mode: 0o600,
  });
};

const passwordIn = async (path: string): Promise<string> => {
  if (!existsSync(path)) await writeFile(path, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600 });
  return (await readFile(path, "utf8")).trim();
};

const main = async (args: string[]): Promise<number> => {
  const { values } = parseArgs({
    args,
    options: {
      out: { type: "string" },
      prefix: { type: "string", default: "orders" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help || values.out === undefined) {
    console.log(help);
    return values.help ? 0 : 64;
  }
  await writeNatsConfig(values.out, values.prefix);
  console.log(`${join(values.out, FILE)} is written; the passwords stand beside it.`);
  return 0;
};

if (import.meta.main) process.exit(await main(process.argv.slice(2)));
