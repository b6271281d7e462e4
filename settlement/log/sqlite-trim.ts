import type { Database } from "bun:sqlite";
import { idOf, prepareShards } from "./sqlite-tables.ts";

/** How many records of a shard one transaction removes: the file is not locked for longer than that takes. */
const AT_ONCE = 5_000;

/**
 * Removes some of the oldest records of a topic that came before `before` (epoch ms) and that every group which has
 * begun on the topic has stored an offset past. Nothing is removed while no group has begun. Returns how many went; 0
 * means that there are no more. Their space is used again by new records.
 */
export type Trim = (topic: string, before: number) => number;

export const prepareTrim = (database: Database): Trim => {
  const shardsOf = prepareShards(database);
  const readers = database.prepare<{ reader: string }, [string]>(
    "SELECT DISTINCT reader FROM offsets JOIN shards USING (shard) WHERE topic = ?",
  );
  const passed = database.prepare<{ place: number }, [number, string]>(
    `SELECT min(coalesce((SELECT next FROM offsets WHERE shard = ?1 AND offsets.reader = begun.reader), 0)) AS place
     FROM (SELECT DISTINCT reader FROM offsets JOIN shards USING (shard) WHERE topic = ?2) AS begun`,
  );
  const newer = database.prepare<{ id: number }, [number, number, number]>(
    "SELECT id FROM records WHERE id >= ?1 AND id < ?2 AND at >= ?3 ORDER BY id LIMIT 1",
  );
  const remove = database.prepare("DELETE FROM records WHERE id >= ?1 AND id < ?2");
  const move = database.prepare("UPDATE shards SET first = max(first, ?2) WHERE shard = ?1");

  const trimShard = database.transaction((topic: string, shard: number, first: number, before: number) => {
    const goal = Math.min(passed.get(shard, topic)?.place ?? 0, first + AT_ONCE);
    if (goal <= first) return 0;
    const end = newer.get(idOf(shard, first), idOf(shard, goal), before)?.id ?? idOf(shard, goal);
    move.run(shard, first + (end - idOf(shard, first)));
    return remove.run(idOf(shard, first), end).changes;
  });

  return (topic, before) =>
    readers.all(topic).length === 0
      ? 0
      : shardsOf(topic).reduce(
          (removed, { shard, first }) => removed + trimShard.immediate(topic, shard, first, before),
          0,
        );
};
