import { readFileSync, statSync } from "node:fs";

const SECTOR_BYTES = 512;

/**
 * What has been written to the disk that holds `folder` since the machine started, by whatever process, once all that
 * was under way is there. In bytes; Linux only. A process' own count in /proc says more than it wrote where a file
 * system keeps pages in large folios, so that each small write to one counts as the whole.
 */
export const writtenTo = (folder: string): number => {
  Bun.spawnSync(["sync", "--file-system", folder]);
  const { dev } = statSync(folder);
  // As the kernel packs them for stat(2).
  const major = (dev >> 8) & 0xfff;
  const minor = (dev & 0xff) | ((dev >> 12) & 0xfff00);
  const line = readFileSync("/proc/diskstats", "utf8")
    .split("\n")
    .map((text) => text.trim().split(/\s+/))
    .find(([one, two]) => Number(one) === major && Number(two) === minor);
  if (!line) throw new Error(`There is no disk of its own under ${folder}.`);
  return Number(line[9]) * SECTOR_BYTES;
};
