import { createPrivateKey, X509Certificate } from "node:crypto";
import { Type } from "@sinclair/typebox";
import type { TlsMaterial } from "../../actors/connection/tls.ts";
import { isLoopback } from "../../gateway/config.ts";

/** A PEM text, which stands in the environment seldom and in the file of the setting's `_FILE` mostly. */
const Pem = (description: string) =>
  Type.Optional(Type.String({ pattern: "-----BEGIN [A-Z ]+-----", description: `PEM of ${description}` }));

export const pemCa = (server: string) =>
  Pem(`the authorities whose certificates ${server} may show, instead of the system's`);
export const pemCert = (server: string) =>
  Pem(`our certificate, with its chain, where ${server} asks for one`);
export const pemKey = () => Pem("its private key. Secret");

/** What is set, without what is not. */
export const tlsMaterial = (
  ca: string | undefined,
  cert?: string | undefined,
  key?: string | undefined,
): TlsMaterial => ({
  ...(ca !== undefined && { ca }),
  ...(cert !== undefined && { cert }),
  ...(key !== undefined && { key }),
});

/**
 * What is wrong with the TLS of a server whose settings begin with `name`.
 * @param asked whether the connection uses TLS at all, and how one says so
 */
export const tlsProblems = (
  name: string,
  { ca, cert, key }: TlsMaterial,
  asked: { readonly tls: boolean; readonly how: string },
): string[] => {
  const given = Object.entries({ CA: ca, CERT: cert, KEY: key }).flatMap(([what, text]) =>
    text === undefined ? [] : [`${name}_${what}`],
  );
  if (!asked.tls) {
    return given.map((one) => `${one} needs ${asked.how}: over a plain connection nothing goes by it.`);
  }
  if (cert !== undefined && key === undefined) return [`${name}_CERT needs ${name}_KEY, its private key.`];
  if (key !== undefined && cert === undefined)
    return [`${name}_KEY needs ${name}_CERT, the certificate it is of.`];
  return [...caProblems(`${name}_CA`, ca), ...pairProblems(name, cert, key)];
};

/** Credentials that would cross a network for everybody on it to read. */
export const plainProblems = (what: string, hosts: readonly string[], how: string): string[] => {
  const far = hosts.find((host) => !isLoopback(host));
  return far === undefined
    ? []
    : [`${what} would be sent to ${far} in clear text: only loopback may be plain. Use ${how}.`];
};

const caProblems = (setting: string, ca: string | undefined): string[] => {
  if (ca === undefined) return [];
  const certificates = ca.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const read = certificates.map(certificateOf);
  if (read.length === 0 || read.includes(undefined))
    return [`${setting} has no certificate that can be read.`];
  return read.some((one) => one && isCurrent(one)) ? [] : [`${setting} has expired, or is not valid yet.`];
};

const pairProblems = (name: string, cert: string | undefined, key: string | undefined): string[] => {
  if (cert === undefined || key === undefined) return [];
  const certificate = certificateOf(cert);
  if (!certificate) return [`${name}_CERT has no certificate that can be read.`];
  if (!isCurrent(certificate)) return [`${name}_CERT has expired, or is not valid yet.`];
  try {
    return certificate.checkPrivateKey(createPrivateKey(key))
      ? []
      : [`${name}_KEY is not the key of ${name}_CERT.`];
  } catch {
    return [`${name}_KEY has no private key that can be read; one with a passphrase can't.`];
  }
};

const certificateOf = (pem: string): X509Certificate | undefined => {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
};

const isCurrent = ({ validFrom, validTo }: X509Certificate): boolean =>
  Date.parse(validFrom) <= Date.now() && Date.now() < Date.parse(validTo);
