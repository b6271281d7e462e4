import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { aptInstall, canAptInstall } from "./apt.ts";
import { ServersError } from "./errors.ts";
import { type Log, logToStderr } from "./log.ts";

/** Each holds one folder for each major version, with its own bin folder. */
const VERSIONED = ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt", "/Library/PostgreSQL"];

/**
 * The folder with `postgres` and `initdb`: found on this machine, or installed when it is a Debian and we are root.
 *
 * @throws ServersError POSTGRES_MISSING, INSTALL_FAILED
 */
export async function installPostgres(log: Log = logToStderr): Promise<string> {
  let folder = locate();
  if (folder === undefined && canAptInstall()) {
    await aptInstall("postgresql", log);
    folder = locate();
  }
  if (folder !== undefined) return folder;
  throw new ServersError("POSTGRES_MISSING", {
    message:
      "PostgreSQL, which keeps the data of the MongoDB stand-in, was not found. Nothing was started. Install it " +
      "(Debian and Ubuntu: `apt-get install postgresql`, macOS: `brew install postgresql@15`) " +
      "or put `pg_config` on the PATH.",
  });
}

/** `pg_config` first, as the choice made by whoever set up the machine; then the newest version. */
function locate(): string | undefined {
  return [...fromPgConfig(), ...fromVersionedFolders(), ...fromPath()].find(
    (folder) => existsSync(join(folder, "postgres")) && existsSync(join(folder, "initdb")),
  );
}

function fromPgConfig(): string[] {
  const pgConfig = Bun.which("pg_config");
  return pgConfig ? [Bun.spawnSync([pgConfig, "--bindir"]).stdout.toString().trim()] : [];
}

function fromVersionedFolders(): string[] {
  return VERSIONED.filter((parent) => existsSync(parent))
    .flatMap((parent) => readdirSync(parent).map((name) => ({ parent, name })))
    .flatMap(({ parent, name }) => {
      const version = /^(?:postgresql@)?(\d+)$/.exec(name)?.[1];
      return version === undefined ? [] : [{ folder: join(parent, name, "bin"), version: Number(version) }];
    })
    .sort((a, b) => b.version - a.version)
    .map(({ folder }) => folder);
}

function fromPath(): string[] {
  const postgres = Bun.which("postgres");
  return postgres ? [dirname(postgres)] : [];
}
