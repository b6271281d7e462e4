import type { KeyPair } from "../../deploy/servers/certificates.ts";
import type { Security } from "../../deploy/servers/security.ts";

const DAY_MS = 24 * 60 * 60_000;

/** Certificates that no client may take, though our authority has issued them. */
export const badPairs = async ({ authority }: Security): Promise<Record<"expired" | "foreign", KeyPair>> => ({
  expired: await authority.issue({ name: "expired", expires: new Date(Date.now() - DAY_MS) }),
  foreign: await authority.issue({ name: "foreign", hosts: ["somebody.example"] }),
});

/** Every password of a run. */
export const secretsOf = ({ passwords }: Security): string[] => [
  ...Object.values(passwords.nats),
  ...Object.values(passwords.kafka),
  passwords.mongodb,
  passwords.registry,
];
