import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { isRoot } from "../../../deploy/servers/privileges.ts";
import { embedded, type Stack } from "../../crash/stacks.ts";
import { buildShim, type Shim } from "./shim.ts";

/** A disk of its own for the shop's data, small enough to be filled. */
export interface SmallDisk {
  /** What makes it full: a real file system of 16 MB, or, where nobody may mount one, a shim that refuses to grow files. */
  readonly cause: "tmpfs" | "shim";
  fill(): void;
  makeRoom(): void;
  clear(): void;
  readonly env: Readonly<Record<string, string>>;
}

const SIZE = "16m";

/** At `folder`, which is made. */
export const createSmallDisk = (folder: string): SmallDisk => {
  mkdirSync(folder, { recursive: true });
  const mounted =
    isRoot() && Bun.spawnSync(["mount", "-t", "tmpfs", "-o", `size=${SIZE}`, "tmpfs", folder]).success;
  const disk = mounted ? tmpfs(folder) : shimmed(buildShim(join(folder, "..")));
  console.log(`the small disk is made by: ${disk.cause}`);
  return disk;
};

const tmpfs = (folder: string): SmallDisk => {
  const filler = join(folder, "filler");
  return {
    cause: "tmpfs",
    env: {},
    fill: () => fillWith(filler),
    makeRoom: () => rmSync(filler, { force: true }),
    clear: () => void Bun.spawnSync(["umount", "--lazy", folder]),
  };
};

const shimmed = ({ env, set }: Shim): SmallDisk => ({
  cause: "shim",
  env,
  fill: () => set({ writes: "full" }),
  makeRoom: () => set({}),
  clear() {},
});

const fillWith = (path: string): void => {
  const file = openSync(path, "w");
  try {
    for (;;) writeSync(file, new Uint8Array(4_096));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
  } finally {
    closeSync(file);
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
