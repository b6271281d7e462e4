import { join } from "node:path";
import { type Asker, createAsker } from "./clients/ask.ts";
import { type Board, createBoard } from "./clients/board.ts";
import { type OpRecord, openRecord } from "./clients/record.ts";
import { type Followers, openFollowers } from "./listen/followers.ts";
import { type Listener, listenToEvents } from "./listen/jetstream.ts";
import type { World } from "./world/world.ts";

/** All who look at a world from outside, and what they write down. */
export interface Watch {
  readonly record: OpRecord;
  readonly asker: Asker;
  readonly board: Board;
  readonly followers: Followers;
  /** Undefined without NATS. */
  readonly listener: Listener | undefined;
  close(): Promise<void>;
}

export const openWatch = async (world: World, seed: number): Promise<Watch> => {
  const record = openRecord(join(world.folder, "record.jsonl"));
  const listener = world.nats && (await listenToEvents(world.nats));
  const followers = openFollowers(world.url);
  return {
    ...{ record, listener, followers },
    asker: createAsker(world.url, record),
    board: createBoard(seed),
    async close() {
      followers.close();
      await listener?.close();
      record.close();
    },
  };
};
