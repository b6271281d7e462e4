import type { Database } from "bun:sqlite";
import { openDatabase } from "../../actors/store/sqlite-open.ts";

/**
 * A shard is one partition of one topic. A record's id is its shard and its place there in one number, so that a
 * partition is one run of ids: read in order, without a second index. `next` is the place of the record to come and
 * `first` that of the oldest one kept; both only ever grow, so no offset is given out twice.
 */
const tables = `
  CREATE TABLE IF NOT EXISTS shards (
    shard INTEGER PRIMARY KEY, topic TEXT NOT NULL, partition INTEGER NOT NULL,
    first INTEGER NOT NULL DEFAULT 0, next INTEGER NOT NULL DEFAULT 0, UNIQUE (topic, partition)
  );
  CREATE TABLE IF NOT EXISTS records (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, headers TEXT
  );
  CREATE TABLE IF NOT EXISTS offsets (
    reader TEXT NOT NULL, shard INTEGER NOT NULL, next INTEGER NOT NULL, PRIMARY KEY (reader, shard)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS leases (
    topic TEXT NOT NULL, reader TEXT NOT NULL, owner TEXT NOT NULL, until INTEGER NOT NULL,
    PRIMARY KEY (topic, reader)
  ) WITHOUT ROWID;
`;

/** Places in a shard. 8,191 shards fit beside it into the whole numbers that JavaScript has. */
const SHARD_SIZE = 2 ** 40;

export const idOf = (shard: number, place: number): number => shard * SHARD_SIZE + place;
export const placeOf = (id: number): number => id % SHARD_SIZE;

export interface Shard {
  readonly shard: number;
  readonly partition: number;
  readonly first: number;
  readonly next: number;
}

/** Opens (and makes) the file of a log. Several processes may have it open at once. */
export const openLogFile = (path: string): Database => openDatabase(path, tables);

/** All shards of a topic in the order of their partitions; none while nothing was produced. */
export const prepareShards = (database: Database): ((topic: string) => Shard[]) => {
  const select = database.prepare<Shard, [string]>(
    "SELECT shard, partition, first, next FROM shards WHERE topic = ? ORDER BY partition",
  );
  return (topic) => select.all(topic);
};
