import { expect, test } from "bun:test";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInbox } from "../../../actors/bus/inbox.ts";
import { createSqliteStore } from "../../../actors/store.sqlite.ts";
import { type Ending, failToStart, nobody } from "./starting.ts";

const READ_ONLY = 0o555;

/** A folder for the data that is not made yet, in one that everybody may enter. */
const inFolder = async (body: (dataDir: string) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "jumun-folder-"));
  chmodSync(folder, 0o755);
  try {
    await body(join(folder, "data"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** The files of a shop that ended well, all of them the other user's. */
const fill = async (dataDir: string): Promise<void> => {
  mkdirSync(dataDir);
  await (await createSqliteStore({ path: join(dataDir, "orders.sqlite") })).close();
  await createInbox(join(dataDir, "bus.sqlite")).close();
  if (!nobody) return;
  for (const path of ["", "orders.sqlite", "bus.sqlite"]) {
    chownSync(join(dataDir, path), nobody.uid, nobody.gid);
  }
};

const expectBadFolder = ({ ended, output }: Ending, dataDir: string, code: string): void => {
  expect(ended).toBe("exit code 78");
  expect(output).toContain(`The data folder ${dataDir} can't be used (${code}). Set DATA_DIR to a folder`);
};

test.concurrent("start_endsWith78_folderThatThisUserMayNotWrite", () =>
  inFolder(async (dataDir) => {
    mkdirSync(dataDir, { mode: READ_ONLY });
    expectBadFolder(await failToStart(dataDir, { user: true }), dataDir, "EACCES");
  }));

test.concurrent("start_endsWith78_folderOfAnotherUser", () =>
  inFolder(async (dataDir) => {
    mkdirSync(dataDir, { mode: nobody ? 0o700 : 0 });
    expectBadFolder(await failToStart(dataDir, { user: true }), dataDir, "EACCES");
  }));

test.concurrent("start_endsWith78_folderThatIsAFile", () =>
  inFolder(async (dataDir) => {
    writeFileSync(dataDir, "not a folder");
    expectBadFolder(await failToStart(dataDir), dataDir, "EEXIST");
  }));

test.concurrent.each(["orders.sqlite", "bus.sqlite"])(
  "start_endsWith1_fileThatThisUserMayNotWrite: %s",
  (file) =>
    inFolder(async (dataDir) => {
      await fill(dataDir);
      chmodSync(join(dataDir, file), READ_ONLY);
      const { ended, output } = await failToStart(dataDir, { user: true });
      expect(ended).toBe("exit code 1");
      expect(output).toContain(
        `${join(dataDir, file)} can't be written. See that its disk is mounted for writing`,
      );
    }),
);

test.concurrent("start_endsWith1_folderInTheFilesPlace", () =>
  inFolder(async (dataDir) => {
    mkdirSync(join(dataDir, "orders.sqlite"), { recursive: true });
    const { ended, output } = await failToStart(dataDir);
    expect(ended).toBe("exit code 1");
    expect(output).toContain(`STORE_UNAVAILABLE: SQLite failed`);
    expect(output).toContain(join(dataDir, "orders.sqlite"));
  }));
