import "reflect-metadata"; // @peculiar/x509 needs it there first
import { isIP } from "node:net";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { LOOPBACK } from "./ports.ts";

/** A certificate and its key, as PEM text. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateOptions {
  /** Its common name: whom a client's certificate is for. */
  readonly name: string;
  /** Names and addresses that a server answers at; this machine's own when absent. Only a server's are looked at. */
  readonly hosts?: readonly string[];
  /** Until when it holds; a year when absent. */
  readonly expires?: Date;
}

/** A certificate authority of one's own: who trusts `ca` trusts what it issues, and nobody else does. */
export interface Authority {
  /** PEM text. */
  readonly ca: string;
  /** For servers and for clients alike. */
  issue(options: CertificateOptions): Promise<KeyPair>;
}

const DAY_MS = 24 * 60 * 60_000;
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/**
 * Makes an authority for servers on this machine. Its key lives in this process alone, and dies with it: nobody can
 * issue anything by it later. Not for production, which has its own.
 *
 * @example
 * const authority = await createAuthority();
 * const { cert, key } = await authority.issue({ name: "nats" });
 */
export async function createAuthority(): Promise<Authority> {
  const keys = await makeKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: "CN=Jumun local authority",
    keys,
    signingAlgorithm: ALGORITHM,
    ...validity(new Date(Date.now() + 365 * DAY_MS)),
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  return {
    ca: pemOf(certificate),
    async issue({ name, hosts = [LOOPBACK, "localhost"], expires = new Date(Date.now() + 365 * DAY_MS) }) {
      const own = await makeKeys();
      const issued = await X509CertificateGenerator.create({
        subject: `CN=${name}`,
        issuer: certificate.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: ALGORITHM,
        ...validity(expires),
        extensions: [
          new BasicConstraintsExtension(false, undefined, true),
          new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
          new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
          new SubjectAlternativeNameExtension(
            hosts.map((value) => ({ type: isIP(value) ? "ip" : "dns", value })),
          ),
        ],
      });
      const key = await crypto.subtle.exportKey("pkcs8", own.privateKey);
      return { cert: pemOf(issued), key: `${PemConverter.encode(key, "PRIVATE KEY")}\n` };
    },
  };
}

const makeKeys = () => crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);

/** From well before, so that an expired one was valid once, and a clock that is a little behind takes a new one. */
const validity = (notAfter: Date) => ({ notBefore: new Date(notAfter.getTime() - 400 * DAY_MS), notAfter });

const pemOf = (certificate: X509Certificate): string => `${certificate.toString("pem")}\n`;
