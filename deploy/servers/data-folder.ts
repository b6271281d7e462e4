import { rmSync } from "node:fs";
import { chmod, link, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { isAlive } from "./alive.ts";
import { ServersError } from "./errors.ts";
import { atExit } from "./lifetime.ts";
import { isRoot } from "./privileges.ts";

const TEMPORARY = "jumun-servers-";

/** Only then is a temporary folder of a process that is gone removed: until then its logs may be wanted. */
const ABANDONED_MS = 60 * 60_000;

export interface DataFolder {
  readonly path: string;
  /** Removes the folder if it is temporary, else only opens it to others again. May be called twice. */
  release(): Promise<void>;
}

/**
 * A folder for one server's data and logs, held by this process until released.
 *
 * @param wanted made if it is not there and kept afterwards; a temporary folder when undefined
 * @throws ServersError DATA_FOLDER_IN_USE
 */
export async function openDataFolder(wanted: string | undefined): Promise<DataFolder> {
  if (wanted !== undefined) {
    const path = resolve(wanted);
    await makeFolder(path);
    return { path, release: await lock(path) };
  }
  await removeAbandoned();
  const path = await mkdtemp(join(tmpdir(), `${TEMPORARY}${process.pid}-`));
  await makeFolder(path);
  const forget = atExit(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  return {
    path,
    async release() {
      forget();
      await rm(path, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Makes a folder which, when this process is root, lets the user that PostgreSQL runs as pass through to its own. */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  if (isRoot()) await chmod(path, (await stat(path)).mode | 0o011);
}

/** Opens a data folder for a step that still can fail: the folder is let go of when it does. */
export async function inDataFolder<T>(
  wanted: string | undefined,
  use: (folder: DataFolder) => Promise<T>,
): Promise<T> {
  const folder = await openDataFolder(wanted);
  try {
    return await use(folder);
  } catch (error) {
    await folder.release();
    throw error;
  }
}

/** A process that was killed could not remove its temporary folders. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = new RegExp(`^${TEMPORARY}(\\d+)-`).exec(name)?.[1];
    if (owner === undefined || isAlive(Number(owner))) continue;
    const folder = join(tmpdir(), name);
    const modified = await stat(folder).then(
      (found) => found.mtimeMs,
      () => Number.POSITIVE_INFINITY,
    );
    // Another user's folder can't be removed, and need not be.
    if (modified < Date.now() - ABANDONED_MS)
      await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

/** Not every server guards its folder itself: two NATS servers on one would ruin each other's streams. */
async function lock(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, "owner.pid");
  while (!(await create(file, `${process.pid}\n`))) {
    const owner = Number.parseInt(await readFile(file, "utf8").catch(() => ""), 10);
    if (isAlive(owner)) {
      throw new ServersError("DATA_FOLDER_IN_USE", {
        message:
          `The data folder ${folder} is in use by process ${owner}. Nothing was started or changed. ` +
          `Stop that process or choose another folder; if it has nothing to do with these servers, delete ${file}.`,
      });
    }
    await rm(file, { force: true });
  }
  const forget = atExit(() => rmSync(file, { force: true }));
  return async () => {
    forget();
    await rm(file, { force: true });
  };
}

/** False when the file is there. It appears with its content, so that no reader finds it still empty. */
async function create(file: string, content: string): Promise<boolean> {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, content);
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}
