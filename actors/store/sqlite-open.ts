import { Database } from "bun:sqlite";
import {
  accessSync,
  closeSync,
  copyFileSync,
  constants as fs,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { connectDatabase, orderTables } from "./sqlite-schema.ts";
import { DamagedFile } from "./sqlite-trouble.ts";
import { damageOfWal } from "./sqlite-wal.ts";

/**
 * A file up to this size is checked as a whole before anything is done with it: at 2.6 ms a MB, a blink. For a larger one
 * the check goes on beside the work: see `sqlite-check.ts`. In bytes.
 */
export const CHECKED_FIRST = 32 * 2 ** 20;

/**
 * Opens a file, and makes it and its folder where there is none. Throws DamagedFile for one that is not as it was left,
 * before anything of it, or of its log, is changed; and what SQLite throws for one that can't be written.
 */
export const openDatabase = (path: string, tables: string = orderTables): Database => {
  if (!path) throw new Error("SQLite was given no path and would keep everything in memory.");
  mkdirSync(dirname(path), { recursive: true });
  if (sizeOf(path) === undefined) makeFile(path, tables);
  else inspectFile(path, tables);
  // SQLite opens a file that it may not write for reading alone, and would say so at the first write.
  accessSync(path, fs.R_OK | fs.W_OK);
  const database = connectDatabase(path);
  database.run(tables);
  return database;
};

const inspectFile = (path: string, tables: string): void => {
  // SQLite takes an empty file for a new database, and throws away the log of one.
  if (sizeOf(path) === 0) throw new DamagedFile("it is empty, which none of Jumun's files ever is");
  const damage = damageOfWal(path);
  if (damage) throw new DamagedFile(damage);
  // Not closed where something is wrong: the last one to close a database moves its log into it.
  const database = new Database(path, { readonly: true });
  database.run("PRAGMA busy_timeout = 10000");
  const names = database
    .query<{ name: string }, []>("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .all()
    .map(({ name }) => name);
  const first = /CREATE TABLE IF NOT EXISTS (\w+)/.exec(tables)?.[1] ?? "";
  if (!names.includes(first)) {
    throw new DamagedFile(
      `it has no table "${first}" (but: ${names.join(", ") || "none"}), so it is another program's`,
    );
  }
  if ((sizeOf(path) ?? 0) + (sizeOf(`${path}-wal`) ?? 0) <= CHECKED_FIRST) checkIntegrity(database);
  database.close();
};

/** Reads the whole file: every page, and every index against its table. Throws DamagedFile. */
export const checkIntegrity = (database: Database): void => {
  const found = database.query<{ integrity_check: string }, []>("PRAGMA integrity_check(5)").all();
  const wrong = found.map((row) => row.integrity_check).filter((line) => line !== "ok");
  if (wrong.length > 0) throw new DamagedFile(wrong.join("; "));
};

/**
 * A new file comes to its place whole, or not at all: an empty one there is then always a damaged one. Two processes may
 * make it at once; the first to put it there wins.
 */
const makeFile = (path: string, tables: string): void => {
  if ((sizeOf(`${path}-wal`) ?? 0) > 0) throw new DamagedFile("it is gone, and only its -wal is there");
  const draft = `${path}.new-${process.pid}-${crypto.randomUUID().slice(0, 8)}`;
  try {
    const database = connectDatabase(draft, { create: true });
    database.run("BEGIN"); // one fsync for all tables and indexes
    database.run(tables);
    database.run("COMMIT");
    database.close();
    putInPlace(draft, path);
  } finally {
    for (const part of ["", "-wal", "-shm"]) rmSync(draft + part, { force: true });
  }
};

const putInPlace = (draft: string, path: string): void => {
  try {
    linkSync(draft, path);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return;
    copyDurably(draft, path);
  }
};

/** For a file system without hard links. Unsynced, a power cut could leave it empty beside a log full of orders. */
const copyDurably = (from: string, to: string): void => {
  copyFileSync(from, to, fs.COPYFILE_EXCL);
  const copy = openSync(to, "r+");
  try {
    fsyncSync(copy);
  } finally {
    closeSync(copy);
  }
};

const sizeOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.size;

const codeOf = (error: unknown): unknown =>
  error instanceof Error && "code" in error ? error.code : undefined;
