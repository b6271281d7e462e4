import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import { cached } from "./cache.ts";
import { inDataFolder } from "./data-folder.ts";
import { go } from "./go.ts";
import { type ServerHandle, type ServerOptions, startServer } from "./handle.ts";
import { type Log, logToStderr } from "./log.ts";
import { choosePort, LOOPBACK, probePort } from "./ports.ts";
import { type Login, type ServerTls, writeTlsFiles } from "./secure.ts";

const SOURCE_DIR = join(import.meta.dir, "ferretdb");
const SOURCES = ["main.go", "door.go", "guard.go", "go.mod", "go.sum"];
const PROBE_TIMEOUT_MS = 2_000;

export interface FerretdbOptions extends ServerOptions {
  /** Of the PostgreSQL that keeps the data, password included. */
  readonly postgresUrl: string;
  readonly secure?: MongodbSecurity | undefined;
}

/** TLS, and the one user who may come in. There are no roles: whoever is in may do everything. */
export interface MongodbSecurity {
  readonly tls: ServerTls;
  readonly login: Login;
}

/**
 * FerretDB: MongoDB's wire protocol in front of PostgreSQL. Its version stands in `ferretdb/go.mod`.
 *
 * It stands in for the protocol, not for the speed, and lacks transactions, change streams, and partial and TTL
 * indexes among others. Updates of an unordered bulk write end at the first that fails, as if ordered. It keeps no
 * data of its own: kill it and nothing that it acknowledged is lost.
 *
 * @throws ServersError
 */
export async function startFerretdb(options: FerretdbOptions): Promise<ServerHandle> {
  const binary = await installFerretdb(options.log);
  const port = await choosePort("FerretDB", options.port);
  return inDataFolder(options.dataDir, async (folder) => {
    const { secure } = options;
    const files = secure && (await writeTlsFiles(folder.path, secure.tls));
    const url = files
      ? `mongodb://${LOOPBACK}:${port}/jumun?tls=true&tlsCAFile=${encodeURIComponent(files.caFile)}`
      : `mongodb://${LOOPBACK}:${port}/jumun`;
    return startServer({
      name: "FerretDB",
      url,
      command: [binary],
      env: {
        FERRETDB_LISTEN: `${LOOPBACK}:${port}`,
        FERRETDB_POSTGRESQL_URL: options.postgresUrl,
        ...(files && {
          FERRETDB_CERT_FILE: files.certFile,
          FERRETDB_KEY_FILE: files.keyFile,
          ...(files.clientCaFile !== undefined && { FERRETDB_CLIENT_CA_FILE: files.clientCaFile }),
          FERRETDB_USER: secure.login.user,
          FERRETDB_PASSWORD: secure.login.password,
        }),
      },
      logFile: join(folder.path, "ferretdb.log"),
      deathSignal: "KILL",
      stopSignal: "SIGTERM",
      probe: () => (files ? probePort(port) : probe(url)),
      leftover: /address already in use/,
      onCrash: options.onCrash,
      release: folder.release,
    });
  });
}

/** The path of the server's binary, built first if the cache does not have one of these very sources. */
export async function installFerretdb(log: Log = logToStderr): Promise<string> {
  const hash = createHash("sha256");
  for (const name of SOURCES) hash.update(await readFile(join(SOURCE_DIR, name))).update("\0");
  return cached(`ferretdb-${hash.digest("hex").slice(0, 16)}`, async (folder) => {
    const binary = join(folder, "ferretdb");
    await go({
      step: "building FerretDB",
      args: ["build", "-mod=readonly", "-trimpath", "-buildvcs=false", "-o", binary, "."],
      cwd: SOURCE_DIR,
      log,
    });
    return binary;
  });
}

async function probe(url: string): Promise<void> {
  const client = new MongoClient(url, {
    serverSelectionTimeoutMS: PROBE_TIMEOUT_MS,
    connectTimeoutMS: PROBE_TIMEOUT_MS,
    socketTimeoutMS: PROBE_TIMEOUT_MS,
  });
  try {
    await client.db().command({ ping: 1 });
    // A ping is answered without PostgreSQL, this is not.
    await client.db().listCollections().toArray();
  } finally {
    await client.close();
  }
}
