import { existsSync, rmSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { atExit } from "./lifetime.ts";

/** Git-ignored. What was built once is found here by its name, which tells its version. Safe to delete. */
export const CACHE_DIR = resolve(import.meta.dir, "../../.cache/servers");

/** A build folder older than this was left by a builder that was killed. */
const ABANDONED_MS = 60 * 60_000;

const underWay = new Map<string, Promise<string>>();

/**
 * The path of a built file or folder, from the cache or built now.
 *
 * Builders in several processes don't wait for each other: each builds in a folder of its own and renames the whole
 * result into place, so that a reader sees none or a complete one. Of equal results it does not matter which stays.
 *
 * @param name names the result in the cache, and must change when what is built changes
 * @param build builds into the given empty folder and resolves to the result's path there
 */
export function cached(name: string, build: (folder: string) => Promise<string>): Promise<string> {
  // A checkout may be shared by machines of different kinds, such as a host and its containers.
  const target = join(CACHE_DIR, `${name}-${process.platform}-${process.arch}`);
  if (existsSync(target)) return Promise.resolve(target);
  const running = underWay.get(target);
  if (running) return running;
  const building = buildInto(target, build).finally(() => underWay.delete(target));
  underWay.set(target, building);
  return building;
}

async function buildInto(target: string, build: (folder: string) => Promise<string>): Promise<string> {
  await mkdir(CACHE_DIR, { recursive: true });
  await removeAbandoned();
  const folder = await mkdtemp(join(CACHE_DIR, "build-"));
  const forget = atExit(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  try {
    await moveIntoPlace(await build(folder), target);
    return target;
  } finally {
    forget();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A file takes the place of an equal one. A folder can't, and need not: another builder was first. */
async function moveIntoPlace(built: string, target: string): Promise<void> {
  try {
    await rename(built, target);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
  }
}

async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(CACHE_DIR)) {
    if (!name.startsWith("build-")) continue;
    const folder = join(CACHE_DIR, name);
    const modified = await stat(folder).then(
      (found) => found.mtimeMs,
      () => Number.POSITIVE_INFINITY,
    );
    if (modified < Date.now() - ABANDONED_MS) await rm(folder, { recursive: true, force: true });
  }
}
