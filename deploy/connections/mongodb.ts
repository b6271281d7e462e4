import { Type } from "@sinclair/typebox";
import { Url } from "../setting-types.ts";
import { plainProblems } from "./tls.ts";

export const mongodbSettings = {
  MONGODB_URL: Type.Optional(
    Url(
      "mongodb|mongodb\\+srv",
      "MongoDB in place of the embedded store; with TLS …?tls=true&tlsCAFile=…. Secret with a password",
    ),
  ),
  MONGODB_DATABASE: Type.String({
    default: "jumun",
    pattern: "^[A-Za-z0-9_-]{1,60}$",
    description: "Database name",
  }),
} as const;

const PARTS = /^mongodb(\+srv)?:\/\/(?:([^@/]*)@)?([^/?]+)(?:\/[^?]*)?(?:\?(.*))?$/;

/** Options by which the driver would take a certificate of anybody. */
const CARELESS = ["tlsinsecure", "tlsallowinvalidcertificates", "tlsallowinvalidhostnames"];

/** What the connection string asks for that is not safe. Says nothing of one that can't be read: the driver does. */
export const mongodbProblems = ({ MONGODB_URL }: { MONGODB_URL?: string | undefined }): string[] => {
  const [, srv, user, hosts = "", query = ""] = PARTS.exec(MONGODB_URL ?? "") ?? [];
  const options = new Map(
    [...new URLSearchParams(query)].map(([name, value]) => [name.toLowerCase(), value]),
  );
  const careless = CARELESS.filter((name) => options.get(name) === "true");
  const chosen = options.get("tls") ?? options.get("ssl");
  const tls = chosen === undefined ? srv !== undefined : chosen === "true";
  const given = ["tlscafile", "tlscertificatekeyfile"].some((name) => options.has(name));
  return [
    ...careless.map(
      (name) => `MONGODB_URL has ${name}=true, by which anybody may be the server: take it out.`,
    ),
    ...(given && !tls ? ["MONGODB_URL has files for TLS and not tls=true: nothing would go by them."] : []),
    ...(user !== undefined && !tls
      ? plainProblems("MongoDB's password", hosts.split(",").map(hostOf), "tls=true in MONGODB_URL")
      : []),
  ];
};

const hostOf = (host: string): string => host.replace(/:\d+$/, "");
