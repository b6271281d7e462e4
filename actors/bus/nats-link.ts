import {
  type ConnectionOptions,
  connect,
  createInbox,
  credsAuthenticator,
  Events,
  type NatsConnection,
  nkeyAuthenticator,
} from "nats";
import { connectionFault } from "../connection/fault.ts";
import type { TlsMaterial } from "../connection/tls.ts";
import { ConnectionError, RetryableError } from "../errors.ts";
import type { Log } from "../ports.ts";

/** How to prove who we are. User and password (or a token alone) can also stand in the URL. */
export type NatsCredentials =
  | { readonly user: string; readonly password: string }
  | { readonly token: string }
  /** The text of a `.creds` file: a user JWT and its seed. */
  | { readonly creds: string }
  /** The seed of an nkey: `SU…`. */
  | { readonly nkeySeed: string };

export interface NatsLinkOptions {
  /** `nats://host:4222`, or `tls://host:4222` for TLS. Several are the members of one cluster. */
  readonly urls: readonly string[];
  /** Shows in the server's list of connections. */
  readonly name: string;
  readonly credentials?: NatsCredentials;
  /** Implies TLS. */
  readonly tls?: TlsMaterial;
  /** Begins the subjects on which answers come: a user may be allowed to hear those of its own only. */
  readonly inboxPrefix: string;
  readonly log: Log;
}

/** One connection, and whether anyone is at the other end. */
export interface NatsLink {
  readonly nc: NatsConnection;
  readonly online: boolean;
  /** Throws BUS_UNAVAILABLE when nobody is: a question would only wait for its time to run out. */
  assertOnline(): void;
  /** The largest message that the server takes, headers included, in bytes. */
  readonly maxPayload: number;
  /** A new subject for answers. */
  inbox(): string;
  /** Calls `listener` after each reconnect, once subscriptions stand again. Returns how to stop that. */
  onReconnect(listener: () => void): () => void;
  /** Resolves when the server has all that was sent so far. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

const FLUSH_MS = 3_000;
const ASK_WHY_MS = 5_000;
const DEFAULT_MAX_PAYLOAD = 1024 * 1024;

/**
 * Connects, and stays connected: reconnects for as long as it takes. Fails at the first try only: with BUS_UNAVAILABLE
 * when nobody answers, with CONNECTION_INSECURE or CREDENTIALS_REFUSED when somebody does.
 */
export const openNatsLink = async (options: NatsLinkOptions): Promise<NatsLink> => {
  const { log } = options;
  const where = hosts(options.urls);
  const nc = await connect(connectionOptions(options)).catch((error) => {
    const fault = connectionFault(error);
    // Asked for one, TLS 1.3 ends the connection only after the handshake, and the client may miss that.
    const hint = options.tls && !options.tls.cert ? " If it asks for a client certificate, set one." : "";
    if (!fault) throw busUnavailable(`No NATS server answers at ${where}.${hint}`, error);
    throw new ConnectionError(fault.code, { message: `NATS at ${where}: ${fault.message}`, cause: error });
  });

  let online = true;
  /** Why it does not come back, when that is known. */
  let absence = "";
  let asking: Timer | undefined;
  /** The client tries again in silence, so somebody has to ask what it meets. */
  const askWhy = async () => {
    const probe = await connect({ ...connectionOptions(options), reconnect: false }).catch((error) => {
      const fault = connectionFault(error);
      absence = fault ? ` ${fault.code}: ${fault.message}` : "";
      if (fault) log.error({ code: fault.code, servers: where }, `NATS: ${fault.message}`);
    });
    await probe?.close();
  };
  let maxPayload = nc.info?.max_payload ?? DEFAULT_MAX_PAYLOAD;
  const listeners = new Set<() => void>();
  const watch = async () => {
    for await (const status of nc.status()) {
      if (status.type === Events.Disconnect) {
        online = false;
        asking ??= setInterval(askWhy, ASK_WHY_MS);
        log.warn({ server: status.data }, "the connection to NATS was lost and is being made again");
      } else if (status.type === Events.Reconnect) {
        online = true;
        absence = "";
        clearInterval(asking);
        asking = undefined;
        maxPayload = nc.info?.max_payload ?? maxPayload;
        log.info({ server: status.data }, "the connection to NATS stands again");
        for (const listener of listeners) listener();
      } else if (status.type === Events.Error) {
        const { data: error, permissionContext: denied } = status;
        if (denied) log.error({ code: "CREDENTIALS_REFUSED", ...denied }, "this NATS user may not do that");
        else log.error({ error }, "NATS reported an error");
      }
    }
    online = false;
    clearInterval(asking);
  };
  void watch();

  return {
    nc,
    get online() {
      return online;
    },
    assertOnline() {
      if (!online) throw busUnavailable(`The connection to NATS is down.${absence}`);
    },
    get maxPayload() {
      return maxPayload;
    },
    inbox: () => createInbox(options.inboxPrefix),
    onReconnect(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async flush() {
      const flushed = online
        ? await within(
            nc.flush().then(
              () => true,
              () => false,
            ),
            FLUSH_MS,
          )
        : false;
      if (!flushed) throw busUnavailable("NATS did not confirm what was sent to it.");
    },
    async close() {
      if (nc.isClosed()) return;
      if (online) await within(nc.drain(), FLUSH_MS);
      await nc.close();
    },
  };
};

/** Undefined when `work` takes longer than `ms`; its later failure is then nobody's. */
export const within = async <T>(work: Promise<T>, ms: number): Promise<T | undefined> => {
  let timer: Timer | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
};

export const busUnavailable = (message: string, cause?: unknown): RetryableError =>
  new RetryableError("BUS_UNAVAILABLE", {
    message: `${message} Try again; a command keeps its id, so it can't run twice.`,
    cause,
  });

const connectionOptions = (options: NatsLinkOptions): ConnectionOptions => {
  const { urls, name, tls, inboxPrefix } = options;
  const secure = tls !== undefined || urls.some((url) => url.startsWith("tls://"));
  return {
    ...authentication(options.credentials ?? credentialsIn(urls)),
    servers: urls.map(withoutUserInfo),
    name,
    inboxPrefix,
    // A server without TLS is then refused before any credentials are sent.
    ...(secure && { tls: { ...tls } }),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 200,
    // Credentials can be rotated under a running process: a refused login is tried again like any other.
    ignoreAuthErrorAbort: true,
    // A server that vanished without closing the connection is noticed within half a minute.
    pingInterval: 10_000,
    maxPingOut: 2,
    timeout: 5_000,
    // A stack trace for each request costs more than the request.
    noAsyncTraces: true,
  };
};

const authentication = (credentials: NatsCredentials | undefined): ConnectionOptions => {
  if (!credentials) return {};
  if ("creds" in credentials)
    return { authenticator: credsAuthenticator(new TextEncoder().encode(credentials.creds)) };
  if ("nkeySeed" in credentials)
    return { authenticator: nkeyAuthenticator(new TextEncoder().encode(credentials.nkeySeed)) };
  if ("token" in credentials) return { token: credentials.token };
  return { user: credentials.user, pass: credentials.password };
};

const USER_INFO = /^([a-z]+:\/\/)?([^@/]*)@/;

const credentialsIn = (urls: readonly string[]): NatsCredentials | undefined => {
  const info = urls.map((url) => USER_INFO.exec(url)?.[2]).find((part) => part !== undefined);
  if (info === undefined) return undefined;
  const [user = "", password] = info.split(":").map(decodeURIComponent);
  return password === undefined ? { token: user } : { user, password };
};

const withoutUserInfo = (url: string): string => url.replace(USER_INFO, "$1");

const hosts = (urls: readonly string[]): string => urls.map(withoutUserInfo).join(", ");
