import { X509Certificate } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { KeyPair } from "./certificates.ts";
import type { Login, ServerTls } from "./secure.ts";

/** TLS, SASL (SCRAM-SHA-512 and PLAIN) and rights (ACLs): what nobody has been given is denied. */
export interface KafkaSecurity {
  /** The name in its certificate is that of the broker itself, which may do everything. */
  readonly tls: ServerTls;
  /** May do everything. */
  readonly admin: Login;
  /** May do nothing until somebody gives them rights. */
  readonly users: readonly Login[];
  /** More listeners, without logins and each with a certificate of its own or none: to see what clients make of them. */
  readonly doors?: readonly (KeyPair | "plain")[] | undefined;
}

type Properties = Readonly<Record<string, string | number | boolean>>;

export interface KafkaPorts {
  readonly port: number;
  readonly controllerPort: number;
  readonly doorPorts: readonly number[];
}

/** Writes the files of keys and gives the settings of the broker that is secured by them. */
export async function secureProperties(
  folder: string,
  host: string,
  { port, controllerPort, doorPorts }: KafkaPorts,
  { tls, admin, users, doors = [] }: KafkaSecurity,
): Promise<Properties> {
  const keystore = async (name: string, { key, cert }: KeyPair) => {
    const path = join(folder, `${name}.pem`);
    await writeFile(path, `${key}${cert}`, { mode: 0o600 });
    return path;
  };
  const trusted = join(folder, "trusted.pem");
  await writeFile(trusted, `${tls.ca}${tls.clientCa ?? ""}`);
  const names = doors.map((_, index) => `DOOR${index}`);
  const listeners = [
    `SASL_SSL://${host}:${port}`,
    ...names.map((name, index) => `${name}://${host}:${doorPorts[index]}`),
  ];
  const brokerName = new X509Certificate(tls.cert).subject.replace("\n", ",");
  const doorKeys = await Promise.all(
    doors.map(async (pair, index) =>
      pair === "plain"
        ? []
        : [[`listener.name.door${index}.ssl.keystore.location`, await keystore(`door-${index}`, pair)]],
    ),
  );
  return {
    listeners: [...listeners, `CONTROLLER://${host}:${controllerPort}`].join(),
    "advertised.listeners": listeners.join(),
    "listener.security.protocol.map": [
      "SASL_SSL:SASL_SSL",
      // The broker shows its certificate to its controller: by SCRAM it could not, since that keeps the passwords.
      "CONTROLLER:SSL",
      ...names.map((name, index) => `${name}:${doors[index] === "plain" ? "PLAINTEXT" : "SSL"}`),
    ].join(),
    "listener.name.controller.ssl.client.auth": "required",
    ...(tls.clientCa !== undefined && { "listener.name.sasl_ssl.ssl.client.auth": "required" }),
    "inter.broker.listener.name": "SASL_SSL",
    "sasl.mechanism.inter.broker.protocol": "SCRAM-SHA-512",
    "sasl.enabled.mechanisms": "SCRAM-SHA-512,PLAIN",
    "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config": jaas("scram.ScramLoginModule", {
      username: admin.user,
      password: admin.password,
    }),
    "listener.name.sasl_ssl.plain.sasl.jaas.config": jaas(
      "plain.PlainLoginModule",
      Object.fromEntries([admin, ...users].map(({ user, password }) => [`user_${user}`, password])),
    ),
    "ssl.keystore.type": "PEM",
    "ssl.keystore.location": await keystore("broker", tls),
    "ssl.truststore.type": "PEM",
    "ssl.truststore.location": trusted,
    ...Object.fromEntries(doorKeys.flat()),
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "allow.everyone.if.no.acl.found": false,
    "super.users": `User:${brokerName};User:${admin.user}`,
  };
}

/** What the tool that makes the data folder has to be told, so that there are users before the first start. */
export const scramArguments = ({ admin, users }: KafkaSecurity): string[] =>
  [admin, ...users].flatMap(({ user, password }) => [
    "--add-scram",
    `SCRAM-SHA-512=[name=${user},password=${password}]`,
  ]);

const jaas = (module: string, options: Readonly<Record<string, string>>): string =>
  `org.apache.kafka.common.security.${module} required ${Object.entries(options)
    .map(([name, value]) => `${name}="${value}"`)
    .join(" ")};`;
