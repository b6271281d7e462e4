import type { Around } from "../../../deploy/app.ts";

/** Planted defect 2: a write takes place whatever is stored by then. Whoever writes last has written alone. */
export const noCompareAndSet: Around = {
  store: (store) => ({
    ...store,
    async commit(writes) {
      const stored = await store.load(writes.map(({ document }) => document.orderId));
      return store.commit(
        writes.map((write) => {
          const expectedVersion = stored.get(write.document.orderId)?.version ?? 0;
          return { ...write, expectedVersion, document: { ...write.document, version: expectedVersion + 1 } };
        }),
      );
    },
  }),
};
