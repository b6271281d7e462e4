import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { kafkaUsers } from "../kafka/access.ts";
import { natsRoles } from "../nats/permissions.ts";
import { natsUsers } from "../nats/users.ts";
import { type Authority, createAuthority } from "./certificates.ts";
import type { MongodbSecurity } from "./ferretdb.ts";
import type { KafkaSecurity } from "./kafka-security.ts";
import type { NatsSecurity } from "./nats.ts";
import type { RegistrySecurity } from "./registry-door.ts";

/** How all servers of a run are secured: one authority, a certificate for each server, a password for each user. */
export interface Security {
  readonly authority: Authority;
  readonly passwords: Passwords;
  readonly nats: NatsSecurity;
  readonly mongodb: MongodbSecurity;
  readonly kafka: KafkaSecurity;
  readonly registry: RegistrySecurity;
}

/** By user. Kafka's `admin` is among its users, and so is NATS'. */
export interface Passwords {
  readonly nats: Readonly<Record<string, string>>;
  readonly kafka: Readonly<Record<string, string>>;
  readonly mongodb: string;
  readonly registry: string;
}

/** Who logs in at MongoDB and at the registry. */
export const SHOP = "jumun";

/** nats-server checks a password at each connection; a password that is random needs no slow check. */
const QUICK_COST = 4;

export async function createSecurity(passwords: Passwords = newPasswords()): Promise<Security> {
  const authority = await createAuthority();
  const tlsOf = async (name: string) => ({ ca: authority.ca, ...(await authority.issue({ name })) });
  const loginOf = (user: string) => ({ user, password: passwords.kafka[user] ?? "" });
  return {
    authority,
    passwords,
    nats: { tls: await tlsOf("nats"), users: await natsUsers(passwords.nats, { cost: QUICK_COST }) },
    mongodb: { tls: await tlsOf("mongodb"), login: { user: SHOP, password: passwords.mongodb } },
    kafka: { tls: await tlsOf("kafka"), admin: loginOf("admin"), users: kafkaUsers.map(loginOf) },
    registry: { tls: await tlsOf("registry"), login: { user: SHOP, password: passwords.registry } },
  };
}

/** Those of a folder, made there at the first time: Kafka keeps its users with its data. */
export async function passwordsIn(folder: string): Promise<Passwords> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, "passwords.json");
  if (!existsSync(path)) await writeFile(path, JSON.stringify(newPasswords()), { mode: 0o600 });
  return Value.Parse(KeptPasswords, JSON.parse(await readFile(path, "utf8")));
}

const ByUser = Type.Record(Type.String(), Type.String());
const KeptPasswords = Type.Object({
  nats: ByUser,
  kafka: ByUser,
  mongodb: Type.String(),
  registry: Type.String(),
});

function newPasswords(): Passwords {
  const one = () => randomBytes(18).toString("base64url");
  const each = (users: readonly string[]) => Object.fromEntries(users.map((user) => [user, one()]));
  return { nats: each(natsRoles), kafka: each(["admin", ...kafkaUsers]), mongodb: one(), registry: one() };
}
