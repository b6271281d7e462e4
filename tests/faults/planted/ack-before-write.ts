import type { Around } from "../../../deploy/app.ts";

/** Long enough for a client to hear of it, and for a kill to fall in between. */
const LATE_MS = 250;

/** Planted defect 1: the store says that a write is durable, and writes a moment later. */
export const ackBeforeWrite: Around = {
  store(store) {
    let before: Promise<unknown> = Promise.resolve();
    return {
      ...store,
      async commit(writes) {
        before = before.then(() => Bun.sleep(LATE_MS)).then(() => store.commit(writes));
        return new Set(writes.map(({ document }) => document.orderId));
      },
    };
  },
};
