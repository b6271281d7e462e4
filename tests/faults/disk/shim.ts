import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";

const SOURCE = join(import.meta.dir, "shim.c");

const errors = { full: 28, failing: 5, readOnly: 30 } as const; // ENOSPC, EIO, EROFS

/** What a process has of its disk and its clock: see shim.c. */
export interface Conditions {
  /** Each fsync takes so long, in ms. */
  readonly syncMs?: number;
  /** How writes to SQLite files fail. On a full disk it is those that make a file longer. */
  readonly writes?: keyof typeof errors;
  /** So much longer each process may make them on a full disk all the same, in bytes. */
  readonly room?: number;
  /** So far ahead is the wall clock, in whole seconds; may be negative. */
  readonly aheadSeconds?: number;
}

export interface Shim {
  /** Settings of the process. */
  readonly env: Readonly<Record<string, string>>;
  /** Holds from now on, for processes that run and those to come. */
  set(conditions: Conditions): void;
}

/** Builds the shim in `folder` with the machine's C compiler. @throws Error when it has none: nothing is skipped */
export const buildShim = (folder: string): Shim => {
  const library = join(folder, "shim.so");
  const built = Bun.spawnSync(["cc", "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"]);
  if (!built.success) {
    throw new Error(`Install a C compiler (cc); tests/faults/disk/shim.c does not build: ${built.stderr}`);
  }
  const control = join(folder, "shim.control");
  const set = ({ syncMs = 0, writes, room = 0, aheadSeconds = 0 }: Conditions) => {
    const file = openSync(control, "a+");
    closeSync(file);
    const numbers = BigInt64Array.from(
      [syncMs, writes ? errors[writes] : 0, aheadSeconds * 1_000, room].map((number) => BigInt(number)),
    );
    const written = openSync(control, "r+");
    writeSync(written, new Uint8Array(numbers.buffer), 0, numbers.byteLength, 0);
    closeSync(written);
  };
  set({});
  return { env: { LD_PRELOAD: library, SHIM_CONTROL: control }, set };
};
