import { type ConnectionOptions, connect, credsAuthenticator, Events, type NatsConnection } from "nats";
import { RetryableError } from "../errors.ts";
import type { Log } from "../ports.ts";

/** How to prove who we are. User and password (or a token alone) can also stand in the URL. */
export type NatsCredentials =
  | { readonly user: string; readonly password: string }
  | { readonly token: string }
  /** The text of a `.creds` file: a user JWT and its seed. */
  | { readonly creds: string };

export interface NatsLinkOptions {
  /** `nats://host:4222`, or `tls://host:4222` for TLS. Several are the members of one cluster. */
  readonly urls: readonly string[];
  /** Shows in the server's list of connections. */
  readonly name: string;
  readonly credentials?: NatsCredentials;
  /** PEM file with the certificate authorities to trust instead of the system's. Implies TLS. */
  readonly caFile?: string;
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
  /** Calls `listener` after each reconnect, once subscriptions stand again. Returns how to stop that. */
  onReconnect(listener: () => void): () => void;
  /** Resolves when the server has all that was sent so far. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

const FLUSH_MS = 3_000;
const DEFAULT_MAX_PAYLOAD = 1024 * 1024;

/** Connects, and stays connected: reconnects for as long as it takes. Fails with BUS_UNAVAILABLE at the first try only. */
export const openNatsLink = async (options: NatsLinkOptions): Promise<NatsLink> => {
  const { log } = options;
  const nc = await connect(connectionOptions(options)).catch((error) => {
    throw busUnavailable(`No NATS server answers at ${hosts(options.urls)}.`, error);
  });

  let online = true;
  let maxPayload = nc.info?.max_payload ?? DEFAULT_MAX_PAYLOAD;
  const listeners = new Set<() => void>();
  const watch = async () => {
    for await (const status of nc.status()) {
      if (status.type === Events.Disconnect) {
        online = false;
        log.warn({ server: status.data }, "the connection to NATS was lost and is being made again");
      } else if (status.type === Events.Reconnect) {
        online = true;
        maxPayload = nc.info?.max_payload ?? maxPayload;
        log.info({ server: status.data }, "the connection to NATS stands again");
        for (const listener of listeners) listener();
      } else if (status.type === Events.Error) {
        log.error({ error: status.data }, "NATS reported an error");
      }
    }
    online = false;
  };
  void watch();

  return {
    nc,
    get online() {
      return online;
    },
    assertOnline() {
      if (!online) throw busUnavailable("The connection to NATS is down.");
    },
    get maxPayload() {
      return maxPayload;
    },
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
  const { urls, name, caFile } = options;
  const tls = caFile !== undefined || urls.some((url) => url.startsWith("tls://"));
  return {
    ...authentication(options.credentials ?? credentialsIn(urls)),
    servers: urls.map(withoutUserInfo),
    name,
    ...(tls ? { tls: caFile === undefined ? {} : { caFile } } : {}),
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
