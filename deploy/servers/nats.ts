import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connect } from "nats";
import { cached } from "./cache.ts";
import { inDataFolder } from "./data-folder.ts";
import { go } from "./go.ts";
import { type ServerHandle, type ServerOptions, startServer } from "./handle.ts";
import { type Log, logToStderr } from "./log.ts";
import { choosePort, LOOPBACK, probePort } from "./ports.ts";
import { type ServerTls, writeTlsFiles } from "./secure.ts";

export const NATS_VERSION = "2.15.2";

const PROBE_TIMEOUT_MS = 2_000;

export interface NatsOptions extends ServerOptions {
  readonly secure?: NatsSecurity | undefined;
}

/** TLS, and who may come in. */
export interface NatsSecurity {
  readonly tls: ServerTls;
  /** As the server's configuration has them. */
  readonly users: readonly object[];
}

/**
 * A NATS server with JetStream, which syncs each write to disk before it acknowledges it.
 *
 * @throws ServersError
 * @example
 * const nats = await startNats();
 * const connection = await connect({ servers: nats.url });
 * await nats.kill(); // as a crash would
 * await nats.restart(); // same URL, same streams
 * await nats.stop();
 */
export async function startNats(options: NatsOptions = {}): Promise<ServerHandle> {
  // First the port: that it is taken should not be told only after a build of minutes.
  const port = await choosePort("NATS", options.port);
  const binary = await installNats(options.log);
  return inDataFolder(options.dataDir, async (folder) => {
    // Tells this server from another one that a probe may reach by mistake.
    const serverName = `jumun-${process.pid}-${port}`;
    const config = join(folder.path, "nats.conf");
    const storeDir = join(folder.path, "jetstream");
    await mkdir(storeDir, { recursive: true });
    const { secure } = options;
    const files = secure && (await writeTlsFiles(folder.path, secure.tls));
    // NATS reads JSON as its own configuration syntax.
    const settings = {
      server_name: serverName,
      listen: `${LOOPBACK}:${port}`,
      jetstream: { store_dir: storeDir, sync_interval: "always" },
      ...(files && {
        tls: {
          cert_file: files.certFile,
          key_file: files.keyFile,
          ...(files.clientCaFile !== undefined && { ca_file: files.clientCaFile, verify: true }),
        },
        authorization: { users: secure.users },
      }),
    };
    await writeFile(config, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
    const url = `${secure ? "tls" : "nats"}://${LOOPBACK}:${port}`;
    return startServer({
      name: "NATS",
      url,
      command: [binary, "--config", config],
      logFile: join(folder.path, "nats.log"),
      deathSignal: "KILL",
      stopSignal: "SIGTERM",
      probe: () => (files ? probePort(port) : probe(url, serverName)),
      leftover: /address already in use/,
      onCrash: options.onCrash,
      release: folder.release,
    });
  });
}

/** The path of the server's binary, built first if the cache does not have it. */
export function installNats(log: Log = logToStderr): Promise<string> {
  return cached(`nats-server-${NATS_VERSION}`, async (folder) => {
    await go({
      step: `building NATS ${NATS_VERSION}`,
      args: ["install", "-trimpath", `github.com/nats-io/nats-server/v2@v${NATS_VERSION}`],
      env: { GOBIN: folder },
      log,
    });
    return join(folder, "nats-server");
  });
}

async function probe(url: string, serverName: string): Promise<void> {
  const connection = await connect({ servers: url, reconnect: false, timeout: PROBE_TIMEOUT_MS });
  try {
    if (connection.info?.server_name !== serverName) throw new Error(`another NATS server answers at ${url}`);
    const manager = await connection.jetstreamManager({ timeout: PROBE_TIMEOUT_MS });
    await manager.getAccountInfo();
  } finally {
    await connection.close();
  }
}
