import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chown, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SQL } from "bun";
import { inDataFolder } from "./data-folder.ts";
import { type ServerHandle, type ServerOptions, startServer } from "./handle.ts";
import { type Log, logToStderr } from "./log.ts";
import { choosePort, LOOPBACK } from "./ports.ts";
import { installPostgres } from "./postgres-binaries.ts";
import { postgresUser, requireReachable } from "./postgres-user.ts";
import type { User } from "./privileges.ts";
import { runTool } from "./process.ts";

const SUPERUSER = "postgres";
const DATABASE = "postgres";
const PROBE_TIMEOUT_S = 2;

export interface PostgresOptions extends ServerOptions {
  /** Beside those that every use needs, and above them. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

/**
 * A PostgreSQL server that answers on loopback TCP only. Its URL holds the password, which is random and stays in
 * the data folder, so that other users of the machine can't become its superuser.
 *
 * @throws ServersError
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<ServerHandle> {
  const log = options.log ?? logToStderr;
  const binaries = await installPostgres(log);
  const user = postgresUser();
  const port = await choosePort("PostgreSQL", options.port);
  return inDataFolder(options.dataDir, async (folder) => {
    requireReachable(folder.path, user);
    const { cluster, password } = await openCluster({ folder: folder.path, binaries, user, log });
    const settings = {
      listen_addresses: LOOPBACK,
      port,
      unix_socket_directories: "",
      fsync: "on",
      synchronous_commit: "on",
      log_timezone: "UTC",
      // FerretDB gives the names of fields as parameters; only a plan made for their values can use an index on one.
      plan_cache_mode: "force_custom_plan",
      ...options.settings,
    };
    return startServer({
      name: "PostgreSQL",
      url: `postgres://${SUPERUSER}:${password}@${LOOPBACK}:${port}/${DATABASE}`,
      command: [
        join(binaries, "postgres"),
        ...["-D", cluster],
        ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
      ],
      logFile: join(folder.path, "postgres.log"),
      user,
      // After SIGKILL its child processes would end one by one; SIGQUIT has it end them at once.
      deathSignal: "QUIT",
      // SIGTERM would wait for every client to leave.
      stopSignal: "SIGINT",
      probe: () => probe(port, password),
      leftover: /postmaster\.pid" already exists|pre-existing shared memory block|could not bind/,
      onCrash: options.onCrash,
      release: folder.release,
    });
  });
}

interface ClusterOptions {
  readonly folder: string;
  readonly binaries: string;
  readonly user: User | undefined;
  readonly log: Log;
}

/** Makes the database cluster on the first start; renamed when complete, so that a half-made one is never used. */
async function openCluster({ folder, binaries, user, log }: ClusterOptions) {
  const cluster = join(folder, "cluster");
  const passwordFile = join(folder, "password");
  if (!existsSync(cluster)) {
    const unfinished = join(folder, "cluster.new");
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { mode: 0o700 });
    await writeFile(passwordFile, randomBytes(18).toString("base64url"), { mode: 0o600 });
    for (const path of user ? [unfinished, passwordFile] : [])
      await chown(path, user?.uid ?? 0, user?.gid ?? 0);
    await runTool({
      step: "making a PostgreSQL database cluster",
      command: [
        join(binaries, "initdb"),
        ...["-D", unfinished],
        ...["--username", SUPERUSER],
        ...["--auth", "scram-sha-256", "--pwfile", passwordFile],
        // FerretDB takes UTF-8 only, and sorts as MongoDB does only by the C locale.
        ...["--encoding", "UTF8", "--locale", "C"],
      ],
      cwd: folder,
      user,
      log,
      failure: "START_FAILED",
    });
    await rename(unfinished, cluster);
  }
  return { cluster, password: await readFile(passwordFile, "utf8") };
}

async function probe(port: number, password: string): Promise<void> {
  const sql = new SQL({
    adapter: "postgres",
    hostname: LOOPBACK,
    port,
    username: SUPERUSER,
    password,
    database: DATABASE,
    max: 1,
    connectionTimeout: PROBE_TIMEOUT_S,
  });
  try {
    await sql`SELECT 1`;
  } finally {
    await sql.close({ timeout: 0 });
  }
}
