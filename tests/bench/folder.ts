import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { atExit } from "../../deploy/servers/lifetime.ts";

/** Git-ignored, and on the disk of the checkout: the system's folder for temporary files may be memory, without fsync. */
export const BENCH_DIR = resolve(import.meta.dir, "../../.cache/bench");

/** An empty folder for a bench's data, gone when the process ends. */
export const benchFolder = (): string => {
  mkdirSync(BENCH_DIR, { recursive: true });
  const folder = mkdtempSync(join(BENCH_DIR, "data-"));
  atExit(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};
