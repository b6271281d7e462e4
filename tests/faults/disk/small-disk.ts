import { closeSync, mkdirSync, openSync, rmSync, statSync, truncateSync, writeSync } from "node:fs";
import { join } from "node:path";
import { isRoot } from "../../../deploy/servers/privileges.ts";
import { embedded, type Stack } from "../../crash/stacks.ts";
import { buildShim, type Shim } from "./shim.ts";

/** A disk of its own for the shop's data, small enough to be filled. */
export interface SmallDisk {
  /** What makes it full: a real file system of its own, or, where nobody may mount one, a shim that refuses to grow files. */
  readonly cause: "tmpfs" | "shim";
  /** Fills it but for `leaving` bytes, none when left out. */
  fill(leaving?: number): void;
  makeRoom(): void;
  clear(): void;
  readonly env: Readonly<Record<string, string>>;
}

/** At `folder`, which is made. It has room for a log of orders as large as one grows, which is 32 MB. */
export const createSmallDisk = (folder: string, megabytes = 64): SmallDisk => {
  mkdirSync(folder, { recursive: true });
  const mounted =
    isRoot() && Bun.spawnSync(["mount", "-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder]).success;
  const disk = mounted ? tmpfs(folder) : shimmed(buildShim(join(folder, "..")));
  console.log(`the small disk is made by: ${disk.cause}`);
  return disk;
};

const tmpfs = (folder: string): SmallDisk => {
  const filler = join(folder, "filler");
  return {
    cause: "tmpfs",
    env: {},
    fill(leaving = 0) {
      fillWith(filler);
      truncateSync(filler, Math.max(0, statSync(filler).size - leaving));
    },
    makeRoom: () => rmSync(filler, { force: true }),
    clear: () => void Bun.spawnSync(["umount", "--lazy", folder]),
  };
};

const shimmed = ({ env, set }: Shim): SmallDisk => ({
  cause: "shim",
  env,
  fill: (room = 0) => set({ writes: "full", room }),
  makeRoom: () => set({}),
  clear() {},
});

const fillWith = (path: string): void => {
  const file = openSync(path, "w");
  try {
    for (const step of [2 ** 20, 4_096]) fillInSteps(file, step);
  } finally {
    closeSync(file);
  }
};

const fillInSteps = (file: number, step: number): void => {
  try {
    for (;;) writeSync(file, new Uint8Array(step));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
  }
};

/** The embedded stack with its data on a small disk. `disk` is there once a shop was opened on the stack. */
export const onSmallDisk = (): Stack & { readonly disk: SmallDisk } => {
  let disk: SmallDisk | undefined;
  return {
    name: "embedded on a small disk",
    get disk() {
      if (!disk) throw new Error("No shop was opened on this disk.");
      return disk;
    },
    settings(place) {
      const settings = embedded.settings(place);
      disk = createSmallDisk(`${settings.DATA_DIR}`);
      return { ...settings, ...disk.env };
    },
    async clear() {
      disk?.clear();
    },
  };
};
