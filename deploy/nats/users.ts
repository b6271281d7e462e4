import { type NatsPermissions, type NatsRole, natsPermissions, natsRoles } from "./permissions.ts";

/** As the `users` of nats-server's configuration. */
export interface NatsUser {
  readonly user: NatsRole;
  /** bcrypt's hash: whoever reads the configuration can't log in by it. */
  readonly password: string;
  readonly permissions: NatsPermissions;
}

/** nats-server's own tool takes 11; each connection costs the server so much. */
const COST = 11;

/** The users of a shop, each named as its role. @param passwords of each role, in clear text */
export const natsUsers = (
  passwords: Readonly<Record<NatsRole, string>>,
  { prefix = "orders", cost = COST }: { prefix?: string; cost?: number } = {},
): Promise<NatsUser[]> =>
  Promise.all(
    natsRoles.map(async (role) => ({
      user: role,
      password: await Bun.password.hash(passwords[role], { algorithm: "bcrypt", cost }),
      permissions: natsPermissions(role, prefix),
    })),
  );
