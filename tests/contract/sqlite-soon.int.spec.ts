import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { copyFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "../../actors/store/sqlite-open.ts";
import { syncedNowAndThen } from "../../actors/store/sqlite-soon.ts";
import { DamagedFile } from "../../actors/store/sqlite-trouble.ts";
import { overwrite } from "../faults/disk/damage.ts";

const folder = mkdtempSync(join(tmpdir(), "jumun-soon-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TABLE = "CREATE TABLE IF NOT EXISTS places (id INTEGER PRIMARY KEY, place INTEGER NOT NULL);";
const NORMAL = 1;
const FULL = 2;
const FRAME = 24 + 8_192;

test("syncedNowAndThen_waitsForTheDisk_everyFourthCommit", () => {
  const database = new Database(":memory:");
  const soon = syncedNowAndThen(database);
  const look = () => database.query<{ synchronous: number }, []>("PRAGMA synchronous").get()?.synchronous;
  const [one, other] = [soon(look), soon(look)];
  expect([one(), other(), one(), other(), one(), one(), one(), one()]).toEqual([
    NORMAL,
    NORMAL,
    NORMAL,
    FULL,
    NORMAL,
    NORMAL,
    NORMAL,
    FULL,
  ]);
});

test("syncedNowAndThen_waitsForTheDiskAgain_commitThatWaitedFailed", () => {
  const database = new Database(":memory:");
  const how: unknown[] = [];
  const commit = syncedNowAndThen(database)((fails: boolean) => {
    how.push(database.query<{ synchronous: number }, []>("PRAGMA synchronous").get()?.synchronous);
    if (fails) throw new Error("full");
  });
  for (const fails of [false, false, false, true, false, false]) {
    if (fails) expect(() => commit(fails)).toThrow("full");
    else commit(fails);
  }
  expect(how).toEqual([NORMAL, NORMAL, NORMAL, FULL, FULL, NORMAL]);
});

/** A file whose log holds so many commits, as it lies on the disk while it is written; all commits are of one page. */
const written = (commits: number, name: string): { path: string; log: string } => {
  const source = join(folder, `${name}-source.sqlite`);
  const database = openDatabase(source, TABLE);
  const commit = syncedNowAndThen(database)((place: number) =>
    database.run("INSERT OR REPLACE INTO places VALUES (1, ?)", [place]),
  );
  for (let place = 1; place <= commits; place += 1) commit(place);
  const path = join(folder, `${name}.sqlite`);
  for (const part of ["", "-wal"]) copyFileSync(source + part, path + part);
  database.close();
  expect(statSync(`${path}-wal`).size).toBe(32 + commits * FRAME);
  return { path, log: `${path}-wal` };
};

/** Spoils the commit before the last so many. */
const spoil = (log: string, behind: number) =>
  overwrite(log, statSync(log).size - (behind + 1) * FRAME + 100, 500);

const placeIn = (path: string): number | undefined => {
  using database = openDatabase(path, TABLE);
  return database.query<{ place: number }, []>("SELECT place FROM places").get()?.place;
};

// What four connections may have under way at once; each waits for the disk now and then, so it is never more.
test("openDatabase_losesWhatWasNotSynced_powerCutBetweenOffsets", () => {
  const { path, log } = written(40, "torn");
  spoil(log, 15);
  expect(placeIn(path)).toBe(24);
});

test("openDatabase_refuses_logDamagedBeforeWhatWasSynced", () => {
  const { path, log } = written(40, "damaged");
  spoil(log, 17);
  expect(() => placeIn(path)).toThrow(DamagedFile);
});
