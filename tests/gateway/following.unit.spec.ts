import { expect, test } from "bun:test";
import type { HistoryEntry } from "../../actors/document.ts";
import type { EventMessage } from "../../actors/ports.ts";
import { followOrder } from "../../gateway/follow.ts";

const ORDER = "order-1";

const entryOf = (seq: number): HistoryEntry => ({
  seq,
  type: "payment.noticed",
  at: "2026-11-23T01:00:00.000Z",
  from: "paying",
  to: "paying",
  data: {},
  commandId: `${ORDER}.c${seq}`,
  actor: { role: "system", id: "test" },
});

/** A store with a history, a wire of live events, and a count of the reads. */
const createWorld = (stored = 0) => {
  const history = Array.from({ length: stored }, (_, i) => entryOf(i + 1));
  let listener: ((event: EventMessage) => void) | undefined;
  const world = {
    reads: 0,
    store: (seq: number) => history.push(entryOf(seq)),
    tell: (seq: number) => listener?.({ orderId: ORDER, entry: entryOf(seq) }),
    /** As it happens: stored, then told. */
    happen(seq: number) {
      world.store(seq);
      world.tell(seq);
    },
    get listening() {
      return listener !== undefined;
    },
    async subscribe(_: string | undefined, to: (event: EventMessage) => void) {
      listener = to;
      return () => {
        listener = undefined;
      };
    },
    async history(_: string, { after, limit }: { after: number; limit: number }) {
      world.reads += 1;
      return history.filter(({ seq }) => seq > after).slice(0, limit);
    },
  };
  return world;
};

/** Follows in the background and keeps what comes. */
const follow = (world: ReturnType<typeof createWorld>, { after = 0, recheckMs = 60_000 } = {}) => {
  const controller = new AbortController();
  const seqs: number[] = [];
  let quiet = 0;
  const ended = (async () => {
    for await (const entry of followOrder(world, ORDER, { after, recheckMs, signal: controller.signal })) {
      if (entry) seqs.push(entry.seq);
      else quiet += 1;
    }
  })();
  return {
    seqs,
    get quiet() {
      return quiet;
    },
    async stop() {
      controller.abort();
      await ended;
    },
  };
};

const settled = () => Bun.sleep(20);
const upTo = (n: number, from = 1) => Array.from({ length: n - from + 1 }, (_, i) => i + from);

test("followOrder_tellsStoredThenLive_inOrder", async () => {
  const world = createWorld(3);
  const following = follow(world);
  await settled();
  world.happen(4);
  world.happen(5);
  await settled();
  await following.stop();
  expect(following.seqs).toEqual([1, 2, 3, 4, 5]);
});

test("followOrder_goesOnAfter_resumed", async () => {
  const world = createWorld(5);
  const following = follow(world, { after: 3 });
  await settled();
  await following.stop();
  expect(following.seqs).toEqual([4, 5]);
});

test("followOrder_readsAllPages_longHistory", async () => {
  const world = createWorld(450);
  const following = follow(world);
  await settled();
  await following.stop();
  expect(following.seqs).toEqual(upTo(450));
  expect(world.reads).toBe(3);
});

test("followOrder_tellsOnce_repeatedLiveEvents", async () => {
  const world = createWorld(1);
  const following = follow(world);
  await settled();
  world.happen(2);
  world.tell(1);
  world.tell(2);
  await settled();
  world.tell(2);
  world.happen(3);
  await settled();
  await following.stop();
  expect(following.seqs).toEqual([1, 2, 3]);
});

test("followOrder_fillsTheGapFromTheStore_liveEventSkipped", async () => {
  const world = createWorld(1);
  const following = follow(world);
  await settled();
  world.store(2);
  world.store(3);
  world.happen(4);
  await settled();
  world.happen(5);
  await settled();
  await following.stop();
  expect(following.seqs).toEqual([1, 2, 3, 4, 5]);
});

test("followOrder_putsThemRight_liveEventsOutOfOrder", async () => {
  const world = createWorld(1);
  const following = follow(world);
  await settled();
  world.store(2);
  world.store(3);
  world.tell(3);
  world.tell(2);
  await settled();
  await following.stop();
  expect(following.seqs).toEqual([1, 2, 3]);
});

test("followOrder_losesNothing_eventDuringTheFirstRead", async () => {
  const world = createWorld(2);
  const { history } = world;
  world.history = async (...args) => {
    const page = await history(...args);
    if (world.reads === 1) world.happen(3); // stored and told after the read, before its result arrives
    return page;
  };
  const following = follow(world);
  await settled();
  await following.stop();
  expect(following.seqs).toEqual([1, 2, 3]);
});

test("followOrder_findsItAtTheNextCheck_lastLiveEventLost", async () => {
  const world = createWorld(1);
  const following = follow(world, { recheckMs: 10 });
  await settled();
  world.store(2);
  await Bun.sleep(60);
  await following.stop();
  expect(following.seqs).toEqual([1, 2]);
  expect(following.quiet).toBeGreaterThan(0);
});

test("followOrder_servesFromTheStore_readerFarBehind", async () => {
  const world = createWorld(0);
  const controller = new AbortController();
  const entries = followOrder(world, ORDER, { after: 0, recheckMs: 60_000, signal: controller.signal });
  const first = entries.next();
  await settled();
  world.happen(1);
  expect((await first).value?.seq).toBe(1);
  for (const seq of upTo(2_500, 2)) world.happen(seq); // nobody reads meanwhile
  const seqs: (number | undefined)[] = [];
  for (let i = 2; i <= 2_500; i += 1) seqs.push((await entries.next()).value?.seq);
  controller.abort();
  await entries.return();
  expect(seqs).toEqual(upTo(2_500, 2));
});

test("followOrder_stopsListening_stopped", async () => {
  const world = createWorld(1);
  const following = follow(world);
  await settled();
  expect(world.listening).toBe(true);
  await following.stop();
  expect(world.listening).toBe(false);
});

test("followOrder_failsAndStopsListening_storeFails", async () => {
  const world = createWorld(1);
  world.history = async () => {
    throw new Error("away");
  };
  const { signal } = new AbortController();
  const entries = followOrder(world, ORDER, { after: 0, recheckMs: 10, signal });
  expect(entries.next()).rejects.toThrow("away");
  await settled();
  expect(world.listening).toBe(false);
});
