import { type Static, Type } from "@sinclair/typebox";
import type { NatsCredentials } from "../../actors/bus/nats-link.ts";
import type { NatsBusOptions } from "../../actors/bus.nats.ts";
import { Url } from "../setting-types.ts";
import { pemCa, pemCert, pemKey, plainProblems, tlsMaterial, tlsProblems } from "./tls.ts";

export const natsSettings = {
  NATS_URL: Type.Optional(
    Url("nats|tls", "JetStream in place of the embedded bus; several by comma; with TLS tls://…"),
  ),
  NATS_PREFIX: Type.String({
    default: "orders",
    pattern: "^[a-z0-9_-]{1,32}$",
    description: "Begins every subject and stream; shops that share a NATS server need one each",
  }),
  NATS_CA: pemCa("NATS"),
  NATS_CERT: pemCert("NATS"),
  NATS_KEY: pemKey(),
  NATS_USER: Type.Optional(Type.String({ description: "User at NATS" })),
  NATS_PASSWORD: Type.Optional(Type.String({ description: "Its password. Secret" })),
  NATS_CREDS: Type.Optional(
    Type.String({
      pattern: "BEGIN NATS USER JWT",
      description: "In place of a user: text of a .creds file. Secret",
    }),
  ),
  NATS_NKEY: Type.Optional(
    Type.String({ pattern: "^SU[A-Z2-7]{56}$", description: "In place of a user: seed of an nkey. Secret" }),
  ),
} as const;

const NatsSettings = Type.Object(natsSettings);
export type NatsConfig = Static<typeof NatsSettings>;

const USER_INFO = /^[a-z]+:\/\/[^@/]*@/;

/** What its settings say against each other. */
export const natsProblems = (config: NatsConfig): string[] => {
  const { NATS_URL, NATS_USER: user, NATS_PASSWORD: password, NATS_CREDS: creds, NATS_NKEY: nkey } = config;
  const urls = NATS_URL?.split(",") ?? [];
  const secure = urls.filter((url) => url.startsWith("tls://"));
  const inUrl = urls.some((url) => USER_INFO.test(url));
  const ways = Object.entries({
    "NATS_URL with a user": inUrl,
    NATS_USER: user,
    NATS_CREDS: creds,
    NATS_NKEY: nkey,
  })
    .filter(([, given]) => given)
    .map(([name]) => name);
  const problems: string[] = [];
  if (secure.length > 0 && secure.length < urls.length)
    problems.push("NATS_URL has servers with TLS and without.");
  if (ways.length > 1) problems.push(`${ways.join(" and ")} don't go together: one way to log in.`);
  if (user !== undefined && password === undefined) problems.push("NATS_USER needs NATS_PASSWORD.");
  if (password !== undefined && user === undefined) problems.push("NATS_PASSWORD needs NATS_USER.");
  const tls = tlsMaterial(config.NATS_CA, config.NATS_CERT, config.NATS_KEY);
  problems.push(...tlsProblems("NATS", tls, { tls: secure.length > 0, how: "NATS_URL=tls://…" }));
  // By a nonce that is signed, the other two show nothing worth reading.
  if (secure.length === 0 && (user !== undefined || inUrl)) {
    problems.push(...plainProblems("NATS' password", urls.map(hostOf), "NATS_URL=tls://…"));
  }
  return problems;
};

/** How to connect as configured. Called with a NATS_URL only. */
export const natsConnection = (
  config: NatsConfig,
): Pick<NatsBusOptions, "urls" | "tls" | "credentials" | "prefix"> => {
  const urls = config.NATS_URL?.split(",") ?? [];
  const credentials = credentialsOf(config);
  return {
    urls,
    prefix: config.NATS_PREFIX,
    ...(urls.some((url) => url.startsWith("tls://")) && {
      tls: tlsMaterial(config.NATS_CA, config.NATS_CERT, config.NATS_KEY),
    }),
    ...(credentials && { credentials }),
  };
};

const credentialsOf = (config: NatsConfig): NatsCredentials | undefined => {
  const { NATS_USER: user, NATS_PASSWORD: password, NATS_CREDS: creds, NATS_NKEY: nkeySeed } = config;
  if (creds !== undefined) return { creds };
  if (nkeySeed !== undefined) return { nkeySeed };
  return user !== undefined && password !== undefined ? { user, password } : undefined;
};

const hostOf = (url: string): string =>
  url.replace(/^[a-z]+:\/\/(?:[^@/]*@)?/, "").replace(/(:\d+)?\/?$/, "");
