import { Database } from "bun:sqlite";
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from "node:fs";

const PAGE_SIZE = 8_192;

/** Bytes that are the same in each run, and nothing that SQLite writes. */
const garbage = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (index * 167 + 91) & 0xff);

const writeAt = (path: string, at: number, bytes: Uint8Array): void => {
  const file = openSync(path, "r+");
  writeSync(file, bytes, 0, bytes.length, at);
  closeSync(file);
};

/** Writes garbage over a part of a file. */
export const overwrite = (path: string, at: number, length: number): void =>
  writeAt(path, at, garbage(length));

export const cutInHalf = (path: string): void => truncateSync(path, Math.floor(statSync(path).size / 2));

/** The middle of the file, which is in no page that opening it reads. */
export const overwriteMiddle = (path: string): void => {
  overwrite(path, Math.floor(statSync(path).size / PAGE_SIZE / 2) * PAGE_SIZE, PAGE_SIZE);
};

/** A database that another program made. */
export const replaceByOthers = (path: string): void => {
  rmSync(path);
  const database = new Database(path, { create: true });
  database.run("CREATE TABLE bookmarks (url TEXT)");
  database.close();
};

/** Puts the index by which due orders are found back to what it was before they changed: a write that the disk lost. */
export const loseIndexWrite = (path: string): void => {
  const database = new Database(path);
  const index = database
    .query<{ rootpage: number }, []>("SELECT rootpage FROM sqlite_schema WHERE name = 'orders_due'")
    .get();
  if (!index) throw new Error("There is no index orders_due.");
  const at = (index.rootpage - 1) * PAGE_SIZE;
  const before = readFileSync(path).subarray(at, at + PAGE_SIZE);
  database.run("UPDATE orders SET due_at = due_at + 1 WHERE due_at IS NOT NULL");
  database.close();
  writeAt(path, at, before);
};

/** What a power cut leaves at the end of a log: a part of a commit that was never acknowledged. */
export const tearEnd = (path: string): void => overwrite(path, statSync(path).size, 12_000);

/** The content of a database and of its log, where there is one. */
export const evidence = (path: string): string[] =>
  [path, `${path}-wal`].map((part) => {
    const bytes = existsSync(part) ? readFileSync(part) : new Uint8Array();
    return `${bytes.length} bytes, ${Bun.hash(bytes).toString(16)}`;
  });
