import type { OrderStore } from "../../actors/ports.ts";

/**
 * Most updates in one bulk. FerretDB 1.24 holds a PostgreSQL connection for each until the bulk ends, and has 50: a
 * larger bulk waits for itself for ever.
 */
export const MOST_UPDATES = 16;

/**
 * A store whose sent marks wait until they are asked for. FerretDB reads a document and writes it back in two steps,
 * so a mark beside a commit of the same order can undo it, which MongoDB's own updates can't.
 */
export const createGentleStore = (store: OrderStore) => {
  const waiting = new Map<string, number>();
  return {
    store: {
      ...store,
      async markPublished(marks: readonly { orderId: string; seq: number }[]) {
        for (const { orderId, seq } of marks) waiting.set(orderId, seq);
      },
    },
    /** Writes the marks, no commit being under way. */
    async mark() {
      const marks = [...waiting].map(([orderId, seq]) => ({ orderId, seq }));
      waiting.clear();
      for (let start = 0; start < marks.length; start += MOST_UPDATES) {
        await store.markPublished(marks.slice(start, start + MOST_UPDATES));
      }
    },
  };
};
