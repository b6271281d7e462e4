import { join } from "node:path";
import { makeFolder } from "./data-folder.ts";
import { installFerretdb, type MongodbSecurity, startFerretdb } from "./ferretdb.ts";
import { indexDocumentIds } from "./ferretdb-index.ts";
import type { ServerHandle, ServerOptions } from "./handle.ts";
import type { Log } from "./log.ts";
import { choosePort } from "./ports.ts";
import { startPostgres } from "./postgres.ts";
import { installPostgres } from "./postgres-binaries.ts";

export interface MongodbOptions extends ServerOptions {
  /** Of the PostgreSQL behind it; any free one when absent. */
  readonly postgresPort?: number | undefined;
  /** Of what clients connect to; the PostgreSQL behind it has its own password. */
  readonly secure?: MongodbSecurity | undefined;
}

export interface Mongodb {
  readonly url: string;
  /** What clients connect to. */
  readonly ferretdb: ServerHandle;
  /** What keeps the data. */
  readonly postgres: ServerHandle;
  stop(): Promise<void>;
}

/**
 * A server that speaks MongoDB's wire protocol: FerretDB in front of a PostgreSQL of its own.
 *
 * @throws ServersError; nothing is left running
 */
export async function startMongodb(options: MongodbOptions = {}): Promise<Mongodb> {
  const { dataDir, postgresPort, log, onCrash, secure } = options;
  // What can fail is tried before anything starts, the quickest first.
  const port = await choosePort("FerretDB", options.port);
  await installMongodb(log);
  if (dataDir !== undefined) await makeFolder(dataDir);
  const within = (name: string) => (dataDir === undefined ? undefined : join(dataDir, name));
  const postgres = await startPostgres({ port: postgresPort, dataDir: within("postgres"), log, onCrash });
  try {
    await indexDocumentIds(postgres.url);
    const ferretdb = await startFerretdb({
      port,
      dataDir: within("ferretdb"),
      log,
      onCrash,
      secure,
      postgresUrl: postgres.url,
    });
    const stop = async () => {
      await ferretdb.stop();
      await postgres.stop();
    };
    return { url: ferretdb.url, ferretdb, postgres, stop };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** Finds PostgreSQL and builds FerretDB, or installs what lacks. */
export async function installMongodb(log?: Log): Promise<void> {
  await installPostgres(log);
  await installFerretdb(log);
}
