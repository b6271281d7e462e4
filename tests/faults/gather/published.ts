import type { World } from "../world/world.ts";

const LOOK_EVERY_MS = 250;

/**
 * Waits until no event waits in the outbox: what is left of it goes with a sweep, some seconds after the last write.
 * Gives up at `end`, of `performance.now()`; the checker then says which orders have some left.
 */
export const untilPublished = async (
  { nats, openStore }: World,
  orderIds: readonly string[],
  end: number,
): Promise<void> => {
  if (nats === undefined) return; // events of the embedded bus need no mark
  const store = await openStore();
  try {
    for (; performance.now() < end; await Bun.sleep(LOOK_EVERY_MS)) {
      const documents = [...(await store.load(orderIds)).values()];
      if (documents.every(({ seq, publishedSeq }) => publishedSeq === seq)) return;
    }
  } finally {
    await store.close();
  }
};
