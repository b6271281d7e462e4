import type { OrderStore } from "../../actors/ports.ts";

/** Runs work on one key in turn, and not more than `atOnce` in all. */
export type Turns = <T>(key: string, work: () => Promise<T>) => Promise<T>;

export const createTurns = (atOnce: number): Turns => {
  const last = new Map<string, Promise<unknown>>();
  const waiting: (() => void)[] = [];
  let running = 0;

  const enter = async () => {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
  };
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  };

  return async (key, work) => {
    const before = last.get(key);
    const { promise, resolve } = Promise.withResolvers<void>();
    last.set(key, promise);
    await before;
    await enter();
    try {
      return await work();
    } finally {
      leave();
      if (last.get(key) === promise) last.delete(key);
      resolve();
    }
  };
};

/**
 * Gives a store over FerretDB what MongoDB has of itself. FerretDB 1.24 reads a document, then writes it whole, so that
 * of two compare-and-sets at once both can succeed; it ends an unordered bulk at its first error; and it holds one
 * database connection for each update of a bulk until there is none left. So each update goes by itself, and those of
 * one document, by whichever node, take turns. What a node read before its turn is as old as it would be on MongoDB.
 */
export const updatingOneByOne = (store: OrderStore, turns: Turns): OrderStore => ({
  ...store,
  async commit(writes) {
    const each = writes.map((write) => turns(write.document.orderId, () => store.commit([write])));
    // All have ended when this does, so that none outlives a failure.
    const results = await Promise.allSettled(each);
    return new Set(
      results.flatMap((result) => {
        if (result.status === "rejected") throw result.reason;
        return [...result.value];
      }),
    );
  },
  async markPublished(marks) {
    await Promise.all(marks.map((mark) => turns(mark.orderId, () => store.markPublished([mark]))));
  },
  leases: {
    ...store.leases,
    acquire: (partition, ...lease) =>
      turns(`lease ${partition}`, () => store.leases.acquire(partition, ...lease)),
  },
});
