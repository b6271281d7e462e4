import type { HistoryEntry, OrderDocument } from "../document.ts";
import type { CommandBus, Log, OrderStore } from "../ports.ts";

export interface Publisher {
  /** Takes the events of a stored order that have not left yet; `publishedBefore` is what its last write said. */
  offer(document: OrderDocument, publishedBefore: number): void;
  /** The order may have been written although its write failed: its events after `seq` have not been offered. */
  doubt(orderId: string, seq: number): void;
  /** Up to where this process has seen the order's events leave: rides in the order's next write. */
  publishedSeq(orderId: string): number;
  /** Takes up events that an earlier process stored and did not publish. True while there may be more. */
  sweep(partitions: readonly number[]): Promise<boolean>;
  /** Stores which events have left, in one batch, for orders that had no write since. */
  mark(): Promise<void>;
  /** Orders with events taken and not yet published. */
  readonly backlog: number;
  idle(): Promise<void>;
}

const RETRY_MS = 500;
const SWEEP_PAGE = 500;
/** How many orders' places are remembered. A forgotten one costs a repeated event, which consumers dedupe. */
const REMEMBERED = 100_000;

/** How far an order's events have come: taken for publishing, and acknowledged by the bus. */
interface Place {
  taken: number;
  published: number;
}

/**
 * The outbox's way out. One publishing at a time with all waiting events in it, so that an order's events leave in
 * their order, without a gap; a crash in between publishes some again, and consumers dedupe by `seq`.
 */
export const createPublisher = (parts: { bus: CommandBus; store: OrderStore; log: Log }): Publisher => {
  const { bus, store, log } = parts;
  const places = new Map<string, Place>();
  const marks = new Map<string, number>();
  /** Where to go on with orders whose last write failed. */
  const doubts = new Map<string, number>();
  let waiting = new Map<string, HistoryEntry[]>();
  let running: Promise<void> | undefined;
  let marking = Promise.resolve();

  const placeOf = (orderId: string, publishedSeq: number): Place => {
    const place = places.get(orderId) ?? { taken: publishedSeq, published: publishedSeq };
    places.delete(orderId);
    places.set(orderId, place);
    return place;
  };

  /** Live events go once and are not marked: the write before this one says where to go on, unless it failed. */
  const liveFrom = (orderId: string, publishedBefore: number): Place => {
    const taken = doubts.get(orderId) ?? publishedBefore;
    doubts.delete(orderId);
    return { taken, published: taken };
  };

  const forgetOldest = () => {
    for (const [orderId, { taken, published }] of places) {
      if (places.size <= REMEMBERED) return;
      if (taken === published) places.delete(orderId);
    }
  };

  const take = (orderId: string, place: Place, entries: readonly HistoryEntry[]) => {
    const newest = entries.at(-1);
    if (!newest) return;
    place.taken = newest.seq;
    const before = waiting.get(orderId);
    if (before) before.push(...entries);
    else waiting.set(orderId, [...entries]);
    running ??= Promise.resolve().then(publishAll);
  };

  const publishAll = async (): Promise<void> => {
    while (waiting.size > 0) {
      const batch = waiting;
      waiting = new Map();
      await publishUntilTaken(batch);
      for (const [orderId, entries] of batch) {
        if (!bus.durableEvents) continue;
        const seq = entries.at(-1)?.seq ?? 0;
        placeOf(orderId, seq).published = seq;
        marks.set(orderId, seq);
      }
      forgetOldest();
    }
    running = undefined;
  };

  const publishUntilTaken = async (batch: ReadonlyMap<string, readonly HistoryEntry[]>): Promise<void> => {
    const events = [...batch].flatMap(([orderId, entries]) => entries.map((entry) => ({ orderId, entry })));
    for (;;) {
      try {
        return await bus.publish(events);
      } catch (error) {
        log.warn({ error, events: events.length }, "events could not be published; they are tried again");
        await Bun.sleep(RETRY_MS);
      }
    }
  };

  const storeMarks = async (): Promise<void> => {
    if (marks.size === 0) return;
    const batch = [...marks].map(([orderId, seq]) => ({ orderId, seq }));
    marks.clear();
    try {
      await store.markPublished(batch);
    } catch (error) {
      for (const { orderId, seq } of batch) if (!marks.has(orderId)) marks.set(orderId, seq);
      throw error;
    }
  };

  return {
    offer({ orderId, history }, publishedBefore) {
      const place = bus.durableEvents
        ? placeOf(orderId, publishedBefore)
        : liveFrom(orderId, publishedBefore);
      take(
        orderId,
        place,
        history.filter((entry) => entry.seq > place.taken),
      );
    },
    doubt(orderId, seq) {
      if (!bus.durableEvents && !doubts.has(orderId)) doubts.set(orderId, seq);
    },
    publishedSeq: (orderId) => places.get(orderId)?.published ?? 0,
    async sweep(partitions) {
      const found = await store.unpublished({ partitions, limit: SWEEP_PAGE });
      for (const document of found) {
        const { orderId, publishedSeq, history, seq } = document;
        const place = placeOf(orderId, publishedSeq);
        if (place.taken >= seq) continue;
        const whole = history[0] !== undefined && history[0].seq <= place.taken + 1;
        const entries = whole
          ? history
          : await store.history(orderId, { after: place.taken, limit: SWEEP_PAGE });
        take(
          orderId,
          place,
          entries.filter((entry) => entry.seq > place.taken),
        );
      }
      return found.length === SWEEP_PAGE;
    },
    mark() {
      // In turn: whoever waits for a mark, a stop for one, waits for those under way too.
      marking = marking.catch(() => {}).then(storeMarks);
      return marking;
    },
    get backlog() {
      return waiting.size;
    },
    async idle() {
      await running;
    },
  };
};
