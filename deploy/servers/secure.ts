import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { KeyPair } from "./certificates.ts";

/** What makes a server speak TLS. PEM texts. */
export interface ServerTls extends KeyPair {
  /** The authority that issued its certificate, which clients trust. */
  readonly ca: string;
  /** Lets only clients in that show a certificate of this authority. */
  readonly clientCa?: string | undefined;
}

/** User and password. */
export interface Login {
  readonly user: string;
  readonly password: string;
}

/** The files of a server's TLS, in its folder, which nobody else may read. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  readonly caFile: string;
  readonly clientCaFile: string | undefined;
}

export async function writeTlsFiles(folder: string, tls: ServerTls): Promise<TlsFiles> {
  const write = async (name: string, text: string) => {
    const path = join(folder, name);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  return {
    certFile: await write("server-cert.pem", tls.cert),
    keyFile: await write("server-key.pem", tls.key),
    caFile: await write("ca.pem", tls.ca),
    clientCaFile: tls.clientCa === undefined ? undefined : await write("client-ca.pem", tls.clientCa),
  };
}
