import type { Database } from "bun:sqlite";
import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import type { StoredRecord } from "../ports.ts";
import { idOf, placeOf, prepareShards } from "./sqlite-tables.ts";

interface Row {
  readonly id: number;
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: string | null;
}

/** Where a group stands: for each shard that it has read of, the place of the record that comes next. */
export type Places = ReadonlyMap<number, number>;

export interface Batch {
  readonly records: readonly StoredRecord[];
  /** Where the group stands once these are handled. */
  readonly places: Places;
}

export interface Reader {
  /** Where the group stands; it has not begun on a shard that is not named. */
  places(group: string): Map<number, number>;
  /** The next records of a topic, up to `limit`, beginning with another partition each time. */
  read(topic: string, from: Places, limit: number): Batch;
  lag(topic: string, group: string): number;
}

const Headers = Type.Record(Type.String(), Type.String());

export const prepareReader = (database: Database): Reader => {
  const shardsOf = prepareShards(database);
  const stored = database.prepare<{ shard: number; next: number }, [string]>(
    "SELECT shard, next FROM offsets WHERE reader = ?",
  );
  const select = database.prepare<Row, [number, number, number]>(
    "SELECT id, key, value, headers FROM records WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
  );
  const places = (group: string) => new Map(stored.all(group).map(({ shard, next }) => [shard, next]));
  let turn = 0;

  return {
    places,

    read(topic, from, limit) {
      const shards = shardsOf(topic);
      const records: StoredRecord[] = [];
      const after = new Map<number, number>();
      turn += 1;
      for (let index = 0; index < shards.length && records.length < limit; index++) {
        const found = shards[(turn + index) % shards.length];
        if (!found) continue;
        const { shard, partition, first, next } = found;
        const begin = Math.max(from.get(shard) ?? 0, first);
        if (begin >= next) continue;
        for (const row of select.all(idOf(shard, begin), idOf(shard, next), limit - records.length)) {
          const place = placeOf(row.id);
          records.push({
            key: row.key,
            value: row.value,
            ...(row.headers !== null && { headers: Value.Decode(Headers, JSON.parse(row.headers)) }),
            partition,
            offset: String(place),
          });
          after.set(shard, place + 1);
        }
      }
      return { records, places: after };
    },

    lag(topic, group) {
      const at = places(group);
      return shardsOf(topic).reduce(
        (total, { shard, first, next }) => total + next - Math.max(at.get(shard) ?? 0, first),
        0,
      );
    },
  };
};
