import type { ConnectionFaultCode } from "../errors.ts";

/** Why a server that is there can't be worked with, and what to do about it. */
export interface ConnectionFault {
  readonly code: ConnectionFaultCode;
  /** Two or three sentences, to follow the server's name and a colon. */
  readonly message: string;
}

const insecure = (message: string): ConnectionFault => ({ code: "CONNECTION_INSECURE", message });
const refused = (message: string): ConnectionFault => ({ code: "CREDENTIALS_REFUSED", message });

const UNTRUSTED = insecure(
  "its certificate is from an authority that is not trusted here. Nothing was sent. Set the CA setting of this server to the authority that issued it.",
);
const EXPIRED = insecure(
  "its certificate has expired, or is not valid yet. Nothing was sent. Give the server a new one; see that both clocks are right.",
);
const WRONG_HOST = insecure(
  "its certificate is for another host. Nothing was sent. Connect to it by a name that its certificate has, or give it one with this name.",
);
const NO_TLS = insecure(
  "it does not speak TLS here, which was asked for. No credentials were sent. Turn on TLS at the server, or name its TLS port.",
);
const TLS_FAILED = insecure(
  "it ended the TLS handshake. It may not speak TLS on this port, or ask for a client certificate. Compare port, TLS version and certificates.",
);
const CLIENT_CERTIFICATE = refused(
  "it refuses our client certificate, or wants one. Set certificate and key of this server's settings to what its authority issued.",
);
const LOGIN = refused("it refuses user or password. Correct them in the settings; nothing was changed.");
const NOT_ALLOWED = refused(
  "this user may not do what is asked of it. Give it the rights of its role; nothing was changed.",
);

/** By what names an error: of TLS in Node's words, of NATS, of MongoDB (its numbers are others' too) and of Kafka. */
const byCode: Readonly<Record<string, ConnectionFault>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  CERT_SIGNATURE_FAILURE: UNTRUSTED,
  CERT_UNTRUSTED: UNTRUSTED,
  CERT_HAS_EXPIRED: EXPIRED,
  CERT_NOT_YET_VALID: EXPIRED,
  ERR_TLS_CERT_ALTNAME_INVALID: WRONG_HOST,
  HOSTNAME_MISMATCH: WRONG_HOST,
  IP_ADDRESS_MISMATCH: WRONG_HOST,
  SERVER_OPT_NA: NO_TLS,
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  EPROTO: TLS_FAILED,
  // Bun on a socket that the server closed as the handshake ended, which TLS 1.3 has it do over a certificate.
  EBADF: TLS_FAILED,
  ERR_SSL_TLSV1_ALERT_CERTIFICATE_REQUIRED: CLIENT_CERTIFICATE,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: CLIENT_CERTIFICATE,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: CLIENT_CERTIFICATE,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: CLIENT_CERTIFICATE,
  AUTHORIZATION_VIOLATION: LOGIN,
  AUTHENTICATION_EXPIRED: LOGIN,
  PERMISSIONS_VIOLATION: NOT_ALLOWED,
  "MongoServerError 13": NOT_ALLOWED,
  "MongoServerError 18": LOGIN,
  "MongoServerError 8000": LOGIN,
  SASL_AUTHENTICATION_FAILED: LOGIN,
  UNSUPPORTED_SASL_MECHANISM: LOGIN,
  TOPIC_AUTHORIZATION_FAILED: NOT_ALLOWED,
  GROUP_AUTHORIZATION_FAILED: NOT_ALLOWED,
  CLUSTER_AUTHORIZATION_FAILED: NOT_ALLOWED,
};

/** Where a library passes on no code, by what it says. */
const byText: readonly (readonly [RegExp, ConnectionFault])[] = [
  [/before secure TLS connection was established/i, TLS_FAILED],
  [/SASL .*authentication failed|Authentication failed(?: during| due to)/i, LOGIN],
];

/**
 * The fault behind an error of any of the client libraries, wherever they have wrapped it; undefined when the server is
 * merely away.
 */
export const connectionFault = (error: unknown): ConnectionFault | undefined => {
  const seen = new Set<unknown>();
  const waiting = [error];
  while (waiting.length > 0) {
    const one = waiting.shift();
    if (!(one instanceof Error) || seen.has(one)) continue;
    seen.add(one);
    const fields = one as Fields;
    const fault = faultOf(fields);
    if (fault) return fault;
    waiting.push(...withinOf(fields));
  }
  return undefined;
};

type Fields = Error & Record<string, unknown>;

const faultOf = (error: Fields): ConnectionFault | undefined => {
  const { name, code, type, apiId, message } = error;
  const named = [code, `${name} ${code}`, type, apiId].map(String).find((one) => Object.hasOwn(byCode, one));
  return named === undefined ? byText.find(([text]) => text.test(message))?.[1] : byCode[named];
};

/** The errors that an error holds, under the names that the libraries have for them. */
const withinOf = (error: Fields): unknown[] => {
  const { cause, errors, chainedError, originalError, reason } = error;
  return [cause, chainedError, originalError, ...(Array.isArray(errors) ? errors : []), ...serversOf(reason)];
};

/** MongoDB's driver tells what each server of a deployment failed with. */
const serversOf = (reason: unknown): unknown[] =>
  typeof reason === "object" && reason !== null && "servers" in reason && reason.servers instanceof Map
    ? [...reason.servers.values()].map((server: { error?: unknown }) => server.error)
    : [];
