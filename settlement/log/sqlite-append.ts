import type { Database } from "bun:sqlite";
import type { LogRecord } from "../ports.ts";
import { partitionOfKey } from "./partition.ts";
import { idOf, prepareShards, type Shard } from "./sqlite-tables.ts";

/** Writes records in one transaction, one fsync: all of them are there, or none. */
export type Append = (topic: string, records: readonly LogRecord[], at: number) => void;

/** @param partitions of a topic that is new; one that is there keeps its number */
export const prepareAppend = (database: Database, partitions: number): Append => {
  const shardsOf = prepareShards(database);
  const add = database.prepare("INSERT INTO shards (topic, partition) VALUES (?, ?)");
  const insert = database.prepare("INSERT INTO records (id, at, key, value, headers) VALUES (?, ?, ?, ?, ?)");
  const move = database.prepare("UPDATE shards SET next = ?2 WHERE shard = ?1");

  const shardsFor = (topic: string): Shard[] => {
    const found = shardsOf(topic);
    if (found.length > 0) return found;
    for (let partition = 0; partition < partitions; partition++) add.run(topic, partition);
    return shardsOf(topic);
  };

  const append = database.transaction((topic: string, records: readonly LogRecord[], at: number) => {
    const shards = shardsFor(topic).map(({ shard, next }) => ({ shard, next, grown: false }));
    for (const { key, value, headers } of records) {
      const target = shards[partitionOfKey(key, shards.length)];
      if (!target) throw new Error(`the topic ${topic} has no partitions`);
      insert.run(idOf(target.shard, target.next), at, key, value, headers ? JSON.stringify(headers) : null);
      target.next += 1;
      target.grown = true;
    }
    for (const { shard, next, grown } of shards) if (grown) move.run(shard, next);
  });
  return (topic, records, at) => append.immediate(topic, records, at);
};
